/**
 * Draws the measured layers under the machine's roofline, as SVG.
 *
 *   node bench/roofline.mjs --peak 200 --bandwidth 29 [--json bench-output/layers.json] [--threads 1] > roofline.svg
 *
 * A layer's place is its arithmetic over the bytes of input, weights and output (plain sums; Winograd needs fewer
 * multiplications and may stand above the roof) and its speed. `peak` is GFLOP/s of multiply-adds, `bandwidth` GB/s from
 * beyond the second-level cache, for as many threads.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    peak: { type: 'string' },
    bandwidth: { type: 'string' },
    json: { type: 'string', default: 'bench-output/layers.json' },
    threads: { type: 'string', default: '1' },
  },
});
const [peak, bandwidth, threads] = [options.peak, options.bandwidth, options.threads].map(Number);
if (!(peak > 0 && bandwidth > 0 && threads > 0)) {
  console.error('roofline: --peak (GFLOP/s), --bandwidth (GB/s) and --threads take positive numbers');
  process.exit(2);
}

const { cpu, runs } = JSON.parse(readFileSync(options.json, 'utf8'));
const measured = runs.find((run) => run.threads === threads);
if (measured === undefined) {
  console.error(`roofline: ${options.json} has no run with ${threads} thread(s)`);
  process.exit(1);
}

const FRAME = { width: 920, height: 560, left: 70, right: 30, top: 60, bottom: 60 };
const X = { least: 0.5, most: 1000 };
const Y = { least: 2, most: 1000 };
const COLOURS = {
  winograd: '#2563eb',
  direct: '#0d9488',
  gemm: '#7c3aed',
  depthwise: '#d97706',
  fft: '#db2777',
  peer: '#9ca3af',
};

const along = (value, { least, most }) => Math.log(value / least) / Math.log(most / least);
const x = (value) => (FRAME.left + along(value, X) * (FRAME.width - FRAME.left - FRAME.right)).toFixed(1);
const y = (value) =>
  (FRAME.height - FRAME.bottom - along(value, Y) * (FRAME.height - FRAME.top - FRAME.bottom)).toFixed(1);

/** FLOP for a byte that must move. */
function intensity({ n, c, h, w, k, r, s, groups, stride, pad, dilation, flops }) {
  const size = (extent, kernel) => Math.floor((extent + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1;
  const values = n * c * h * w + (k * c * r * s) / groups + n * k * size(h, r) * size(w, s);
  return flops / (4 * values);
}

const text = (at, above, content, attributes = '') => `<text x="${at}" y="${above}" ${attributes}>${content}</text>`;

function grid() {
  const lines = [];
  for (const value of [1, 3, 10, 30, 100, 300, 1000]) {
    lines.push(`<path d="M${x(value)} ${y(Y.least)}V${y(Y.most)}" stroke="#e5e7eb"/>`);
    lines.push(text(x(value), FRAME.height - FRAME.bottom + 20, value, 'text-anchor="middle"'));
  }
  for (const value of [3, 10, 30, 100, 300, 1000]) {
    lines.push(`<path d="M${x(X.least)} ${y(value)}H${x(X.most)}" stroke="#e5e7eb"/>`);
    lines.push(text(FRAME.left - 8, Number(y(value)) + 4, value, 'text-anchor="end"'));
  }
  return lines;
}

function roof() {
  const ridge = peak / bandwidth;
  const path = `M${x(X.least)} ${y(X.least * bandwidth)}L${x(ridge)} ${y(peak)}H${x(X.most)}`;
  return [
    `<path d="${path}" fill="none" stroke="#111827" stroke-width="2"/>`,
    text(x(X.most), Number(y(peak)) - 8, `${peak} GFLOP/s`, 'text-anchor="end"'),
    text(Number(x(1.2)) + 8, Number(y(1.2 * bandwidth)) + 22, `${bandwidth} GB/s`),
  ];
}

function point(row) {
  const at = x(intensity(row));
  const [ours, theirs] = [row.ours, row.theirs].map(({ median }) => row.flops / median / 1e6);
  const colour = COLOURS[row.algorithm] ?? '#111827';
  return [
    `<path d="M${at} ${y(theirs)}V${y(ours)}" stroke="${COLOURS.peer}" stroke-dasharray="2 3"/>`,
    `<circle cx="${at}" cy="${y(theirs)}" r="3.5" fill="#ffffff" stroke="${COLOURS.peer}" stroke-width="1.5"/>`,
    `<circle cx="${at}" cy="${y(ours)}" r="5" fill="${colour}"><title>${row.name}: ${ours.toFixed(0)} GFLOP/s, onnxruntime ${theirs.toFixed(0)}</title></circle>`,
  ];
}

function legend(rows) {
  const used = Object.keys(COLOURS).filter((name) => rows.some(({ algorithm }) => algorithm === name));
  return [...used, 'peer'].flatMap((name, i) => {
    const left = FRAME.left + i * 130;
    const fill = name === 'peer' ? '#ffffff' : COLOURS[name];
    return [
      `<circle cx="${left + 6}" cy="44" r="5" fill="${fill}" stroke="${COLOURS[name]}"/>`,
      text(left + 18, 48, name === 'peer' ? 'onnxruntime-node' : name),
    ];
  });
}

const rows = measured.rows.filter(({ kind, error }) => kind === 'conv' && error === undefined);
const { width, height } = FRAME;
const title = `Convolution layers, ${cpu}, ${threads} thread${threads > 1 ? 's' : ''}, ${measured.runtime.isa}`;
console.log(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#374151">`,
    `<title>${title}, under the roofline</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(FRAME.left, 24, title, 'font-size="16"'),
    ...grid(),
    ...roof(),
    ...rows.flatMap(point),
    ...legend(rows),
    text(
      (width + FRAME.left) / 2,
      height - 16,
      'FLOP for each byte of input, weights and output',
      'text-anchor="middle"',
    ),
    `<text transform="translate(20 ${height / 2}) rotate(-90)" text-anchor="middle">GFLOP/s</text>`,
    '</svg>',
  ].join('\n'),
);

/** The tables of vs-onnxruntime.mjs: layer by layer, by groups of layers, and two threads over one. */
import { geometricMean } from './samples.mjs';

const SCALING_MIN_FLOPS = 20e6;

const isConv = ({ kind }) => kind === 'conv';
const isDepthwise = ({ c, k, groups }) => groups > 1 && groups === c && groups === k;
const isDense3x3 = ({ kind, r, s, stride, groups }) =>
  kind === 'conv' && r === 3 && s === 3 && stride === 1 && groups === 1;
const GROUPS = [
  { title: 'all convolutions', has: isConv },
  { title: '3×3 s1, planes ≥ 14²', has: (layer) => isDense3x3(layer) && Math.min(layer.h, layer.w) >= 14, each: true },
  { title: '3×3 s1, 512 channels at 7²', has: (layer) => isDense3x3(layer) && layer.c === 512 && layer.h === 7 },
  { title: 'depthwise', has: (layer) => isConv(layer) && isDepthwise(layer), each: true },
  { title: 'grouped', has: (layer) => isConv(layer) && layer.groups > 1 && !isDepthwise(layer), each: true },
  { title: 'pooling', has: (layer) => !isConv(layer), each: true },
];

const MEASURES = [
  { key: 'median', title: '× median' },
  { key: 'min', title: '× min' },
];
const ratioOf = ({ ours, theirs }, key) => theirs[key] / ours[key];

function printCells([name, ...cells]) {
  const last = cells.pop();
  console.log(`${name.padEnd(28)}${cells.map((cell) => cell.padStart(11)).join('')}  ${last}`);
}

export function printHead() {
  printCells(['layer', 'median', 'min', 'GFLOP/s', 'ort median', 'ort min', '× median', '× min', 'algorithm']);
}

/** One line of the table: a layer as it was measured, or why it was not. */
export function printRow({ name, ours, theirs, flops, algorithm, error }) {
  if (error !== undefined) {
    console.log(`${name.padEnd(28)}  not timed: ${error} (${algorithm})`);
    return;
  }
  const milliseconds = [ours.median, ours.min, theirs.median, theirs.min].map((value) => value.toFixed(4));
  const speed = flops === 0 ? '–' : (flops / ours.median / 1e6).toFixed(1);
  const ratios = MEASURES.map(({ key }) => ratioOf({ ours, theirs }, key).toFixed(2));
  printCells([name, ...milliseconds.slice(0, 2), speed, ...milliseconds.slice(2), ...ratios, algorithm]);
}

/** How many times as fast as onnxruntime-node each group is. */
export function printGroups(threads, rows) {
  console.log(`\nSpeed over onnxruntime-node, threads: ${threads}`);
  for (const { title, has, each } of GROUPS) {
    const members = rows.filter((row) => has(row) && row.error === undefined);
    if (members.length > 0) printGroup(title, members, each === true);
  }
}

function printGroup(title, members, each) {
  const cells = MEASURES.map(({ key, title: measure }) => {
    const sorted = members.toSorted((a, b) => ratioOf(a, key) - ratioOf(b, key));
    const mean = geometricMean(members.map((row) => ratioOf(row, key)));
    return `${measure} ${mean.toFixed(2)}, worst ${ratioOf(sorted[0], key).toFixed(2)} (${sorted[0].name})`;
  });
  console.log(`${title.padEnd(28)}${String(members.length).padStart(3)}  ${cells.join('; ')}`);
  if (!each) return;
  for (const row of members) {
    const ratios = MEASURES.map(({ key }) => ratioOf(row, key).toFixed(2).padStart(8));
    console.log(`  ${row.name.padEnd(29)}${ratios.join('')}`);
  }
}

/** How many times as fast our layers of some size are on two threads as on one. */
export function scalingOf(runs) {
  const [one, two] = [1, 2].map((count) => runs.find(({ threads }) => threads === count));
  if (one === undefined || two === undefined) return undefined;
  const layers = one.rows.flatMap((row, i) => {
    const other = two.rows[i];
    if (row.flops <= SCALING_MIN_FLOPS || row.error !== undefined || other.error !== undefined) return [];
    return [{ name: row.name, median: row.ours.median / other.ours.median, min: row.ours.min / other.ours.min }];
  });
  return layers.length === 0 ? undefined : layers;
}

export function printScaling(layers) {
  console.log(`\nTwo threads over one, layers above ${SCALING_MIN_FLOPS / 1e6} MFLOP`);
  const means = MEASURES.map(({ key, title }) => `${title} ${geometricMean(layers.map((l) => l[key])).toFixed(2)}`);
  console.log(`${'geometric mean'.padEnd(28)}${String(layers.length).padStart(3)}  ${means.join('; ')}`);
  for (const { name, median: middle, min } of layers) {
    console.log(`  ${name.padEnd(29)}${middle.toFixed(2).padStart(8)}${min.toFixed(2).padStart(8)}`);
  }
}

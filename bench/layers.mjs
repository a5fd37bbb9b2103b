/** Prepared Conv2d layers, NCHW in and out, on each backend in turn. */
import Benchmark from 'benchmark';
import { Conv2d, runtime, setBackend, Tensor } from '../dist/bundle/index.js';
import { layers } from './layer-list.mjs';
import { median, uniform } from './samples.mjs';

export async function run(filter) {
  const chosen = layers.filter(({ name }) => name.includes(filter));
  if (chosen.length === 0) throw new Error(`no layer has '${filter}' in its name`);
  const backends = runtime().backend === 'native' ? ['native', 'typescript'] : ['typescript'];
  console.log(
    `${'layer'.padEnd(28)}${'backend'.padEnd(12)}${'median ms'.padStart(10)}${'min ms'.padStart(10)}` +
      `${'GFLOP/s'.padStart(9)}  algorithm`,
  );
  for (const layer of chosen) {
    for (const backend of backends) report(layer, backend, await measure(layer, backend));
  }
}

function prepare({ n, c, h, w, k, r, s, stride, pad, groups, dilation }) {
  const conv = new Conv2d(c, k, [r, s], { stride, padding: pad, groups, dilation, seed: 1 });
  const x = new Tensor(uniform(n * c * h * w, 1), [n, c, h, w]);
  return { conv, x, summary: conv.prepare(x.shape).summary(x.shape) };
}

async function measure(layer, backend) {
  setBackend(backend);
  const { conv, x, summary } = prepare(layer);
  conv.forward(x);
  const samples = await new Promise((resolve, reject) => {
    const bench = new Benchmark(() => conv.forward(x), { maxTime: 0.5, minSamples: 5 });
    bench.on('complete', () => resolve([...bench.stats.sample]));
    bench.on('error', () => reject(bench.error));
    bench.run();
  });
  conv.dispose();
  return { seconds: samples.sort((a, b) => a - b), summary };
}

function report(layer, backend, { seconds, summary }) {
  const gflops = (2 * summary.multiplyAccumulates) / median(seconds) / 1e9;
  console.log(
    layer.name.padEnd(28) +
      backend.padEnd(12) +
      (median(seconds) * 1e3).toFixed(3).padStart(10) +
      (seconds[0] * 1e3).toFixed(3).padStart(10) +
      gflops.toFixed(1).padStart(9) +
      `  ${summary.rows[0].algorithm}`,
  );
}

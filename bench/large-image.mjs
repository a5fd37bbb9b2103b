/**
 * How much memory a convolution of a large image takes: 3×3, 64 → 64 channels, on `size`² pixels (4096: 8.6 GB of
 * input and output). Peak resident memory over input and output together.
 *
 *   npm run build && npm run bench -- large-image [size]
 */
import { performance } from 'node:perf_hooks';
import { Conv2d, Tensor } from '../dist/bundle/index.js';

const CHANNELS = 64;

export async function run(argument) {
  const size = Number(argument || 4096);
  const bytes = 2 * 4 * CHANNELS * size * size;
  const layer = new Conv2d(CHANNELS, CHANNELS, 3, { padding: 1, seed: 1 });
  const x = Tensor.zeros([1, CHANNELS, size, size]);
  x.data.fill(0.5);
  const start = performance.now();
  const y = layer.forward(x);
  const seconds = (performance.now() - start) / 1e3;
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(`${size}² pixels: ${seconds.toFixed(2)} s, first value ${y.data[0]}`);
  console.log(
    `input and output ${(bytes / 1e9).toFixed(2)} GB, peak ${(peak / 1e9).toFixed(2)} GB: ${(peak / bytes).toFixed(2)} ×`,
  );
}

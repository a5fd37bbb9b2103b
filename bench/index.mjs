/**
 * The benchmarks of this repository.
 *
 *   npm run bench                          layers on every backend that is there
 *   npm run bench -- layers vgg            only the layers with 'vgg' in their name
 *   npm run bench -- variants               one call, batches and AVX2, each over the prepared layer
 *   npm run bench -- accuracy               the error of each algorithm against float64
 *   npm run bench -- event-loop            how long the event loop waits while a convolution runs
 *
 *   npm run bench -- cold-start            from import to the first result of a small network
 *   npm run bench -- image                  images against sharp, OpenCV, Pillow and plain JavaScript
 *   npm run bench -- image-folder [COUNT]   a folder of JPEGs to one file, against sharp and loops
 *   npm run bench -- large-image           memory that an image of 4096² pixels takes
 *   npm run bench -- large-kernels          kernels of 5×5 to 31×31 by each algorithm, and what 'auto' takes
 *   npm run bench -- batcher MODEL.onnx     a batcher against model.run, for 1 to 64 clients at a time
 *
 * Threads and instruction set: CONVKIT_THREADS, CONVKIT_ISA.
 */
import { cpus } from 'node:os';
import { runtime } from '../dist/bundle/index.js';

const SUITES = {
  layers: './layers.mjs',
  variants: './variants.mjs',
  accuracy: './accuracy.mjs',
  'event-loop': './event-loop.mjs',
  'cold-start': './cold-start.mjs',
  image: './image.mjs',
  'image-folder': './image-folder.mjs',
  'large-image': './large-image.mjs',
  'large-kernels': './large-kernels.mjs',
  batcher: './batcher.mjs',
};

const [suite = 'layers', filter = ''] = process.argv.slice(2);
if (!(suite in SUITES)) {
  console.error(`bench: unknown suite '${suite}'; there are ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}
const { backend, isa, threads } = runtime();
console.log(`${cpus()[0].model}, Node ${process.version}, ${backend} (${isa}), ${threads} threads`);
const { run } = await import(SUITES[suite]);
await run(filter);

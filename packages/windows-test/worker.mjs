// In a file of its own, because the code of a data: URL could not import convkit.
import { parentPort } from 'node:worker_threads';
import { conv2d, conv2dAsync, Tensor } from 'convkit';

const x = Tensor.zeros([1, 32, 96, 96]);
const weight = Tensor.zeros([32, 32, 3, 3]);
conv2d(x, weight);
for (let i = 0; i < 8; ++i) conv2dAsync(x, weight).catch(() => {});
parentPort.postMessage('busy');

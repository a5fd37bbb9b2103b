// Work that needs more memory than there is: results, and working memory that the parent's `ulimit -v` forbids. What fits
// must go on working. Prints what came of each call.
import {
  BatchNorm2d,
  Conv2d,
  conv2d,
  conv2dAsync,
  MaxPool2d,
  Sequential,
  Tensor,
} from '../../../../dist/bundle/index.js';
import { addon } from './support.mjs';

const SIDE = 1500;
const CHANNELS = 900;
const image = new Tensor(new Float32Array(SIDE * SIDE).fill(1), [1, 1, SIDE, SIDE]);
// 8.1 GB.
const weight = new Tensor(new Float32Array(CHANNELS), [CHANNELS, 1, 1, 1]);
const network = new Sequential(new Conv2d(1, CHANNELS, 1, { seed: 1 }), new MaxPool2d(SIDE));
const small = Tensor.zeros([1, 1, 200, 200]);

async function outcomeOf(call) {
  try {
    await call();
    return 'fine';
  } catch (error) {
    return error.code ?? error.message;
  }
}

const outcomes = [];
for (const call of [
  () => conv2d(image, weight),
  () => conv2dAsync(image, weight),
  () => network.forward(image),
  () => network.forwardAsync(image),
  () => Tensor.zeros([46_000, 46_000]),
  () => new BatchNorm2d(2 ** 31 - 1).parameters(),
  () => conv2d(small, weight),
  () => conv2dAsync(small, Tensor.zeros([3, 1, 1, 1])),
]) {
  outcomes.push(await outcomeOf(call));
}
const { lost } = addon.memoryUse();
console.log(outcomes.join(' '), lost);

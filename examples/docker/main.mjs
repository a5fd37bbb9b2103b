// What the images run: one convolution, and what ran it.
import { conv2d, runtime, Tensor } from 'convkit';

const x = new Tensor(new Float32Array(3 * 224 * 224).fill(1), [1, 3, 224, 224]);
const weight = new Tensor(new Float32Array(8 * 3 * 3 * 3).fill(1), [8, 3, 3, 3]);
const y = conv2d(x, weight, { padding: 'same' });
const { backend, isa, threads } = runtime();
console.log(`${y.shape.join(' × ')}, ${y.data[y.size - 300]} on ${backend} ${isa}, threads: ${threads}`);

/**
 * A program of a user's, for one platform: says what ran it, and fails where a value or an error is not what it should be.
 * It has to be native: TypeScript would give the same values. test-platform.mjs puts it beside the packages as they are
 * published, and runs it on that platform or under what stands in for it.
 */
import { activate, conv2d, conv2dAsync, loadModel, runtime, softmax, Tensor } from 'convkit';

function expect(what, is, wanted) {
  const [got, want] = [JSON.stringify(is), JSON.stringify(wanted)];
  if (got !== want) throw new Error(`${what} should be ${want}, but is ${got}`);
  console.log(`ok ${what}`);
}

const { backend, isa, threads, reason } = runtime();
console.log(
  `${process.platform} ${process.arch}, Node ${process.versions.node}: ${backend}, ${isa}, ${threads} threads`,
);
if (backend !== 'native') throw new Error(`the native backend does not run: ${reason}`);

// Whole numbers, so that float32 sums are exact on every instruction set.
const image = Tensor.from([
  [
    [
      [0, 0, 0, 0],
      [0, 1, 1, 0],
      [0, 1, 1, 0],
      [0, 0, 0, 0],
    ],
  ],
]);
const laplace = Tensor.from([
  [
    [
      [0, 1, 0],
      [1, -4, 1],
      [0, 1, 0],
    ],
  ],
]);
const edges = [
  [
    [
      [0, 1, 1, 0],
      [1, -2, -2, 1],
      [1, -2, -2, 1],
      [0, 1, 1, 0],
    ],
  ],
];
expect('a convolution', conv2d(image, laplace, { padding: 1 }).toNested(), edges);
expect('one off the event loop', (await conv2dAsync(image, laplace, { padding: 1 })).toNested(), edges);

// Enough for every thread of the pool; each value is the sum of 64 · 9 ones, taken as it is defined.
const ones = (...shape) => new Tensor(new Float32Array(shape.reduce((a, b) => a * b)).fill(1), shape);
const wide = () => conv2dAsync(ones(1, 64, 64, 64), ones(64, 64, 3, 3), { algorithm: 'direct' });
const many = await Promise.all([wide(), wide(), wide(), wide()]);
expect(
  'four at once on all threads',
  many.map(({ data }) => data.every((value) => value === 576)),
  [true, true, true, true],
);

// The two functions that exp and log stand for, which come of the system.
const softmaxed = softmax(Tensor.from([[0, Math.log(3)]])).data;
expect(
  'a softmax',
  Array.from(softmaxed, (value) => Math.round(value * 1e5) / 1e5),
  [0.25, 0.75],
);
const waves = activate(Tensor.from([-2, 0, 2]), 'gelu').data;
expect(
  'a gelu',
  Array.from(waves, (value) => Math.round(value * 1e4) / 1e4),
  [-0.0455, 0, 1.9545],
);

// Found by the core during a run, so thrown and caught in C++: once, and then on many threads at the same time. The model
// is a single node of ONNX, y = Gather(x, k).
const gather = await loadModel(
  Buffer.from(
    'CAgSADpMChEKAXgKAWsSAXkiBkdhdGhlchIBZ1oQCgF4EgsKCQgBEgUKAxIB' +
      'bloQCgFrEgsKCQgHEgUKAxIBbWIQCgF5EgsKCQgBEgUKAxIBbUIECgAQDQ==',
    'base64',
  ),
);
const x = Tensor.from([1, 2, 3, 4]);
const at = (...places) => ({ x, k: { data: Int32Array.from(places), shape: [places.length] } });
expect('a model', (await gather.run(at(3, 0))).y.toNested(), [4, 1]);
const outOfRange = "Gather 'y': index 4 is out of range for an axis of 4";
const messageOf = async (run) => {
  try {
    await run();
  } catch (error) {
    return error.message;
  }
};
expect('an error of the core', await messageOf(() => gather.runSync(at(4))), outOfRange);
const errors = await Promise.all(Array.from({ length: 100 }, () => messageOf(() => gather.run(at(4)))));
expect('a hundred at once', new Set(errors).size === 1 && errors[0], outOfRange);

// A program as users write it, compiled with declarations checked and then run, as an ES module and as CommonJS.
import {
  type Activation,
  Batcher,
  Conv2d,
  conv2d,
  conv2dAsync,
  conv2dOutputShape,
  Flatten,
  Linear,
  loadModel,
  MaxPool2d,
  type Model,
  ModelError,
  maxPool2d,
  ReLU,
  runtime,
  Sequential,
  type Shape,
  ShapeError,
  Tensor,
  type TensorLike,
} from 'convkit';
import { compileRecipe, gaussianBlur, Image, presets, type Recipe, resize, toTensor } from 'convkit/image';

const relu: Activation = 'relu';
const pixels: TensorLike = { data: new Float32Array(16).fill(1), dims: [1, 4, 4] };
const kernel = Tensor.from([
  [
    [
      [0, 1, 0],
      [1, -4, 1],
      [0, 1, 0],
    ],
  ],
]);

function operators(): Shape {
  const edges: Tensor = conv2d(pixels, kernel, { padding: 'same', stride: 1, activation: relu });
  const { output, indices } = maxPool2d(edges, 2, { returnIndices: true });
  const shape: Shape = conv2dOutputShape([1, 4, 4], kernel.shape, {
    padding: [
      [1, 1],
      [1, 1],
    ],
  });
  const first: number = output.data[0] ?? Number.NaN;
  const place: number | undefined = indices[0];
  if (first !== 0 || place === undefined) throw new Error('a plane of ones has edges only at its border');
  return shape;
}

function refusal(): string {
  try {
    conv2d(pixels, Tensor.zeros([1, 2, 3, 3]));
  } catch (error) {
    if (error instanceof ShapeError) return error.code;
  }
  throw new Error('two channels for one were accepted');
}

function layers(): Shape {
  const net = new Sequential(
    new Conv2d(3, 4, 3, { padding: 1, seed: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(16, 10, { seed: 2 }),
  );
  const rows: string = net.summary([1, 3, 4, 4]).toString();
  return rows.length > 0 ? net.forward(Tensor.zeros([1, 3, 4, 4])).shape : [];
}

function images(): Shape {
  const image = new Image(new Uint8Array(8 * 8 * 3), 8, 8, 3);
  const small: Image = gaussianBlur(resize(image, { width: 4, height: 4 }), { sigma: 1 });
  const recipe: Recipe = presets.imagenet;
  const { shape } = toTensor([small, small]);
  return compileRecipe(recipe) ? shape : [];
}

async function models(): Promise<string> {
  try {
    const model: Model = await loadModel(new Uint8Array([1, 2, 3]));
    const batcher = new Batcher(model, { maxBatch: 4 });
    const results: Record<string, Tensor> = await model.run({ x: pixels }, { signal: new AbortController().signal });
    await batcher.run(pixels);
    return Object.keys(results).join();
  } catch (error) {
    if (error instanceof ModelError) return error.code;
    throw error;
  }
}

async function main(): Promise<void> {
  const { shape } = await conv2dAsync(pixels, kernel, { signal: new AbortController().signal });
  const { backend }: { backend: 'native' | 'typescript' } = runtime();
  console.log(JSON.stringify([backend, shape, operators(), refusal(), layers(), images(), await models()]));
}

void main();

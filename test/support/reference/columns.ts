import { type Expected, forEachPoint, largest, type Options, type Triple, type Volume } from './types.js';
import { kernelOf, outputSize, perAxis, readRules, sourceIndex } from './window.js';

interface Entry {
  readonly column: number;
  readonly pixel: number;
}

/** Every (column matrix entry, image element) pair of one image of `space` pixels. */
function entries(channels: number, space: Triple, kernelSize: unknown, options: Options): [Entry[], number, number] {
  const rules = readRules(2, perAxis(kernelSize, 2, 1), options);
  const output = rules.map((rule, axis) => outputSize(space[axis], rule)) as unknown as Triple;
  const [kernel, length] = [kernelOf(rules), output[0] * output[1] * output[2]];
  const pairs: Entry[] = [];
  let row = 0;
  for (let channel = 0; channel < channels; channel++) {
    forEachPoint(kernel, (...taps) => {
      let column = row++ * length;
      forEachPoint(output, (...point) => {
        const [i, j, k] = rules.map(({ stride, dilation, before }, axis) =>
          sourceIndex(point[axis] * stride + taps[axis] * dilation - before, space[axis]),
        );
        const pixel = ((channel * space[0] + i) * space[1] + j) * space[2] + k;
        if (i >= 0 && j >= 0 && k >= 0) pairs.push({ column, pixel });
        column++;
      });
    });
  }
  return [pairs, row, length];
}

/** [batch, channels, 1, height, width] → [batch, channels·kh·kw, outputs] */
export function im2col(x: Volume, kernelSize: unknown, options: Options): Expected {
  const [batch, channels, ...space] = x.shape;
  const [pairs, rows, length] = entries(channels, space as unknown as Triple, kernelSize, options);
  const size = channels * space[0] * space[1] * space[2];
  const values = new Float64Array(batch * rows * length);
  for (let n = 0; n < batch; n++) {
    for (const { column, pixel } of pairs) values[n * rows * length + column] = x.data[n * size + pixel];
  }
  return { shape: [batch, rows, length], values, scale: largest(values) };
}

/** [batch, channels·kh·kw, outputs] → [batch, channels, 1, height, width], columns summed. */
export function col2im(columns: Volume, outputShape: unknown, kernelSize: unknown, options: Options): Expected {
  const [height, width] = perAxis(outputShape, 2, 1);
  const [kernelHeight, kernelWidth] = perAxis(kernelSize, 2, 1);
  const [batch, rows] = columns.shape;
  const channels = rows / (kernelHeight * kernelWidth);
  const [pairs, , length] = entries(channels, [1, height, width], kernelSize, options);
  const size = channels * height * width;
  const values = new Float64Array(batch * size);
  const magnitudes = new Float64Array(values.length);
  for (let n = 0; n < batch; n++) {
    for (const { column, pixel } of pairs) {
      const term = columns.data[n * rows * length + column];
      values[n * size + pixel] += term;
      magnitudes[n * size + pixel] += Math.abs(term);
    }
  }
  return { shape: [batch, channels, 1, height, width], values, scale: largest(magnitudes) };
}

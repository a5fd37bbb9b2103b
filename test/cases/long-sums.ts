import type { Values } from '../support/specs.js';

/** A sum of products over a window, as convolutions and matrix products are: sizes are [depth, height, width]. */
export interface SumCase {
  readonly op: 'conv1d' | 'conv2d' | 'conv3d' | 'convTranspose2d' | 'linear' | 'convolve' | 'correlate';
  readonly channels: number;
  readonly outputs: number;
  readonly input: readonly [number, number, number];
  readonly kernel: readonly [number, number, number];
  readonly groups?: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly algorithm?: 'direct' | 'gemm' | 'winograd' | 'depthwise' | 'fft';
}

/** The sum that one output is, and the sum of its terms' magnitudes. */
export interface Sum {
  readonly value: number;
  readonly magnitude: number;
}

const point = [1, 1, 1] as const;
const square = (size: number) => [1, size, size] as const;
const row = (size: number) => [1, 1, size] as const;

function linear(rows: number, channels: number, outputs: number): SumCase {
  return { op: 'linear', channels, outputs, input: row(rows), kernel: point };
}

type Shape = Pick<SumCase, 'channels' | 'outputs' | 'input' | 'kernel'> & Partial<SumCase>;

const conv = (shape: Shape): SumCase => ({ op: 'conv2d', ...shape });

/** The same convolution by each algorithm that can do it. */
function byAll(algorithms: readonly NonNullable<SumCase['algorithm']>[], shape: Shape): SumCase[] {
  return [conv(shape), ...algorithms.map((algorithm) => conv({ ...shape, algorithm }))];
}

/** From one term to four million; lengths stand beside those at which sums are cut. */
export const SUM_CASES: readonly SumCase[] = [
  ...[1, 7, 95, 97, 255, 256, 257, 511, 513, 1000].map((channels) => linear(9, channels, 17)),
  linear(50, 2048, 70),
  linear(13, 16384, 33),
  linear(7, 16385, 17),
  linear(270, 17000, 3),
  linear(3, 65537, 5),
  linear(1, 1_000_003, 2),
  linear(1, 4_000_000, 1),
  ...byAll(['direct', 'gemm'], { channels: 300, outputs: 24, input: square(7), kernel: point }),
  ...byAll(['direct', 'gemm'], { channels: 2048, outputs: 72, input: square(7), kernel: point }),
  ...byAll(['direct', 'gemm'], { channels: 40_000, outputs: 20, input: [1, 2, 3], kernel: point }),
  ...byAll(['direct', 'gemm', 'winograd', 'fft'], {
    channels: 300,
    outputs: 40,
    input: square(9),
    kernel: square(3),
    padding: 1,
  }),
  ...byAll(['direct', 'gemm', 'winograd', 'fft'], {
    channels: 2100,
    outputs: 17,
    input: square(5),
    kernel: square(3),
    padding: 1,
  }),
  // A few channels, and windows as large as pictures.
  ...byAll(['direct', 'gemm', 'fft'], { channels: 3, outputs: 16, input: square(70), kernel: square(67) }),
  ...byAll(['direct', 'gemm', 'fft'], { channels: 17, outputs: 20, input: square(40), kernel: square(37) }),
  ...byAll(['direct', 'gemm', 'fft'], { channels: 200, outputs: 3, input: square(13), kernel: square(7) }),
  conv({ channels: 200, outputs: 3, input: square(19), kernel: square(7), stride: 2, algorithm: 'direct' }),
  conv({ channels: 400, outputs: 8, groups: 2, input: square(9), kernel: square(3), algorithm: 'direct' }),
  conv({ channels: 640, outputs: 32, groups: 2, input: square(9), kernel: square(3), stride: 2 }),
  // One channel a group.
  ...byAll(['direct', 'depthwise', 'gemm', 'fft'], {
    channels: 17,
    outputs: 17,
    groups: 17,
    input: square(70),
    kernel: square(67),
  }),
  conv({ channels: 3, outputs: 3, groups: 3, input: [1, 9, 2000], kernel: [1, 7, 1990], stride: 3 }),
  { op: 'conv3d', channels: 17, outputs: 17, groups: 17, input: [21, 21, 41], kernel: [20, 20, 37] },
  { op: 'conv3d', channels: 40, outputs: 17, input: [9, 9, 9], kernel: [8, 8, 8] },
  // Rows.
  { op: 'conv1d', channels: 3, outputs: 16, input: row(10_016), kernel: row(10_007) },
  { op: 'conv1d', channels: 17, outputs: 20, input: row(1018), kernel: row(1009), algorithm: 'direct' },
  { op: 'conv1d', channels: 1, outputs: 1, input: row(1_000_012), kernel: row(1_000_003), algorithm: 'direct' },
  { op: 'convolve', channels: 1, outputs: 1, input: row(1_000_003), kernel: row(1_000_003) },
  { op: 'correlate', channels: 1, outputs: 1, input: row(20_003), kernel: row(20_003) },
  ...[1, 2].map(
    (stride): SumCase => ({
      op: 'convTranspose2d',
      channels: 2048,
      outputs: 17,
      input: square(4),
      kernel: square(3),
      stride,
    }),
  ),
  { op: 'convTranspose2d', channels: 20_000, outputs: 3, input: square(2), kernel: point },
  { op: 'convTranspose2d', channels: 17, outputs: 17, groups: 17, input: square(40), kernel: square(39), padding: 20 },
];

/** Arguments of the package's operator. */
export function argumentsOf(one: SumCase, x: Float32Array, weight: Float32Array): unknown[] {
  const { op, channels, outputs, groups = 1, stride = 1, padding = 0, input, kernel, algorithm } = one;
  if (op === 'linear') return [tensor(x, [input[2], channels]), tensor(weight, [outputs, channels])];
  if (op === 'convolve' || op === 'correlate') {
    return [tensor(x, [input[2]]), tensor(weight, [kernel[2]]), { mode: 'valid' }];
  }
  const axes = Number(/(\d)d$/.exec(op)?.[1]);
  const ends = op === 'convTranspose2d' ? [channels, outputs / groups] : [outputs, channels / groups];
  return [
    tensor(x, [1, channels, ...input.slice(3 - axes)]),
    tensor(weight, [...ends, ...kernel.slice(3 - axes)]),
    { groups, stride, padding, ...(algorithm && { algorithm }) },
  ];
}

function tensor(data: Float32Array, shape: readonly number[]): Values {
  return { data, shape };
}

export function sizesOf({ channels, outputs, groups = 1, input, kernel }: SumCase): { x: number; weight: number } {
  const volume = ([d, h, w]: readonly [number, number, number]) => d * h * w;
  return { x: channels * volume(input), weight: ((channels * outputs) / groups) * volume(kernel) };
}

/** In float64: what the output at `place` of channel `output` is. */
export function sumAt(
  one: SumCase,
  x: Float32Array,
  weight: Float32Array,
  output: number,
  place: readonly number[],
): Sum {
  const { op, channels, outputs, groups = 1, input, kernel } = one;
  const inputs = channels / groups;
  const group = Math.floor(output / (outputs / groups));
  const taps = [0, 1, 2].map((axis) => tapsOf(one, axis, place[axis]!));
  let value = 0;
  let magnitude = 0;
  for (let c = 0; c < inputs; c++) {
    const channel = group * inputs + c;
    const pair =
      op === 'convTranspose2d' ? channel * (outputs / groups) + (output % (outputs / groups)) : output * inputs + c;
    for (const [i, k] of taps[0]!) {
      for (const [j, l] of taps[1]!) {
        const from = ((op === 'linear' ? 0 : channel) * input[0] + i) * input[1] + j;
        const by = (pair * kernel[0] + k) * kernel[1] + l;
        for (const [at, m] of taps[2]!) {
          // Rows of a matrix have their channels side by side.
          const read = op === 'linear' ? at * channels + channel : from * input[2] + at;
          const term = x[read]! * weight[by * kernel[2] + (op === 'convolve' ? kernel[2] - 1 - m : m)]!;
          value += term;
          magnitude += Math.abs(term);
        }
      }
    }
  }
  return { value, magnitude };
}

/** Along an axis, which inputs meet which taps of the kernel in an output. */
function tapsOf(one: SumCase, axis: number, place: number): [number, number][] {
  const { op, input, kernel } = one;
  const spatial = axis > 0 || op === 'conv3d';
  const rowsOnly = axis < 2 && (op === 'conv1d' || op === 'linear' || op === 'convolve' || op === 'correlate');
  const { stride = 1, padding = 0 } = spatial && !rowsOnly ? one : {};
  const taps: [number, number][] = [];
  for (let k = 0; k < kernel[axis]!; k++) {
    const at = op === 'convTranspose2d' ? (place + padding - k) / stride : place * stride + k - padding;
    if (Number.isInteger(at) && at >= 0 && at < input[axis]!) taps.push([at, k]);
  }
  return taps;
}

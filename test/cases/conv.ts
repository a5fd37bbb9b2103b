import { type OperatorCase, tensor } from '../support/specs.js';
import { INPUT_CHANNELS, KERNELS, OUTPUT_CHANNELS, PLANES, pick, WIDTHS } from './edges.js';

/** A convolution by its shapes, for tests and benchmarks alike. */
export interface ConvShape {
  readonly x: readonly number[];
  readonly weight: readonly number[];
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The call that a shape stands for, with a bias. */
export function convCase(shape: ConvShape): OperatorCase {
  const { x, weight, options = {} } = shape;
  const op = `conv${x.length - 2}d`;
  const settings = JSON.stringify(options).replaceAll('"', '');
  const bias = tensor([weight[0]], 3);
  return {
    name: `${op} ${x.join('×')} by ${weight.join('×')} ${settings}`,
    op,
    args: [tensor(x, 1), tensor(weight, 2), { ...options, bias }],
  };
}

const PADDINGS = [
  0,
  1,
  'same',
  [
    [1, 0],
    [0, 2],
  ],
  [2, 1],
  [
    [3, 2],
    [0, 1],
  ],
  'valid',
];
const STRIDES = [1, 2, 3, [2, 1], [1, 3]];
const DILATIONS = [1, 2, 3, [1, 2], 1, [3, 1]];

function channelShapes(): ConvShape[] {
  const same = { padding: 1 };
  return [
    ...OUTPUT_CHANNELS.map((o) => ({ x: [1, 5, 4, 7], weight: [o, 5, 3, 3], options: same })),
    ...OUTPUT_CHANNELS.map((o, i) => ({ x: [1, 9, 3, pick(WIDTHS, i)], weight: [o, 9, 1, 1] })),
    ...INPUT_CHANNELS.map((c) => ({ x: [1, c, 4, 5], weight: [9, c, 3, 3], options: same })),
    ...INPUT_CHANNELS.map((c, i) => ({ x: [1, c, 2, 7], weight: [pick(OUTPUT_CHANNELS, i + 9), c, 1, 1] })),
    ...INPUT_CHANNELS.map((c) => ({ x: [1, c, 7, 6], weight: [17, c, 3, 3], options: { stride: 2, padding: 1 } })),
  ];
}

function planeShapes(): ConvShape[] {
  return [
    ...WIDTHS.map((w) => ({ x: [1, 5, 3, w], weight: [17, 5, 3, 3], options: { padding: 1 } })),
    ...WIDTHS.map((w) => ({ x: [1, 17, 1, w], weight: [33, 17, 1, 1] })),
    ...WIDTHS.map((w) => ({ x: [1, 3, 3, 2 * w], weight: [9, 3, 3, 3], options: { stride: 2, padding: 1 } })),
    ...PLANES.map(([h, w]) => ({ x: [2, 6, h, w], weight: [18, 6, 3, 3], options: { padding: 1 } })),
    ...PLANES.map(([h, w]) => ({ x: [2, 33, h, w], weight: [10, 33, 1, 1] })),
    ...PLANES.map(([h, w]) => ({ x: [1, 4, h, w], weight: [5, 4, 5, 5], options: { padding: 'same', dilation: 2 } })),
  ];
}

/** Every kernel with every stride, dilations and paddings going round. */
function windowShapes(): ConvShape[] {
  return KERNELS.flatMap(([kh, kw], k) =>
    STRIDES.map((stride, s): ConvShape => {
      const turn = k * STRIDES.length + s;
      const padding = pick(PADDINGS, turn);
      return {
        x: [1, pick([3, 5, 16, 17], turn), 20, 21],
        weight: [pick([7, 16, 19, 34], k + s), pick([3, 5, 16, 17], turn), kh, kw],
        options: { stride, dilation: pick(DILATIONS, turn), padding: padding === 'same' && stride !== 1 ? 2 : padding },
      };
    }),
  );
}

function groupShapes(): ConvShape[] {
  const inputs = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17];
  const outputs = [1, 2, 3, 4, 5, 8, 9, 16, 17];
  return [2, 3, 4].flatMap((groups) =>
    inputs.map((own, i): ConvShape => {
      const k = pick([3, 1, 2, 5], i);
      const options = { groups, padding: Math.floor(k / 2), stride: pick([1, 1, 2], i + groups) };
      return {
        x: [pick([1, 2], i), groups * own, 6, pick([5, 7, 13], i)],
        weight: [groups * pick(outputs, i + 2 * groups), own, k, k],
        options,
      };
    }),
  );
}

function depthwiseShapes(): ConvShape[] {
  const channels = [2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33];
  const kernels = [
    [3, 3],
    [5, 5],
    [3, 3],
    [2, 2],
    [1, 3],
    [7, 7],
    [3, 3],
    [4, 2],
  ];
  return channels.flatMap((c, i) =>
    [1, 2, 3].map((multiplier): ConvShape => {
      const turn = 3 * i + multiplier;
      const [kh, kw] = pick(kernels, turn);
      const options = {
        groups: c,
        stride: pick([1, 2, 1, 3], turn),
        dilation: pick([1, 1, 1, 2, 3], turn),
        padding: pick<unknown>(
          [
            [Math.floor(kh / 2), Math.floor(kw / 2)],
            0,
            [
              [0, 1],
              [2, 0],
            ],
            1,
          ],
          turn,
        ),
      };
      return { x: [1, c, 19, pick([19, 20, 23, 29], i)], weight: [c * multiplier, 1, kh, kw], options };
    }),
  );
}

function depthwiseWidths(): ConvShape[] {
  return WIDTHS.flatMap((w) => [
    { x: [1, 5, 3, w], weight: [5, 1, 3, 3], options: { groups: 5, padding: 1 } },
    { x: [1, 17, 4, w + 2], weight: [17, 1, 3, 3], options: { groups: 17, padding: 1, stride: 2 } },
  ]);
}

/** Convolutions that Winograd can do, around the edges of its tiles of 2 and 4 and of its blocks of channels and tiles. */
export function winogradShapes(): ConvShape[] {
  const planes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 17];
  const channels = [1, 15, 16, 17, 32, 33, 48];
  const paddings = [1, 0, [[0, 2], [1, 0]], [[3, 1], [0, 4]], [2, 2]]; // biome-ignore format: as they are read
  const edges = planes.flatMap((size, i) =>
    [0, 1].map((turn): ConvShape => {
      const dilation = pick([1, 1, 2, 1, 3], i + turn);
      const padding = size + 2 < 2 * dilation + 1 ? dilation : pick<unknown>(paddings, size < 3 ? 0 : i + 2 * turn);
      const width = size + pick([0, 1, 3], i + turn) + (padding === 1 ? 0 : 2 * dilation);
      return {
        x: [pick([1, 2], i), pick(channels, i + turn), size + (padding === 1 ? 0 : 2 * dilation), width],
        weight: [pick(channels, 2 * i + 3 * turn), pick(channels, i + turn), 3, 3],
        options: { padding, dilation },
      };
    }),
  );
  // More tiles than one block holds.
  const large = { x: [2, 20, 45, 38], weight: [18, 20, 3, 3], options: { padding: 1 } };
  return [...edges, large, { ...large, options: { padding: 2, dilation: 2 } }];
}

/** Convolutions that FFT can do, around the edges of its tiles of 16, 32 and 64 and of a kernel's pieces. */
export function fftShapes(): ConvShape[] {
  const kernels = [[1, 1], [3, 5], [7, 7], [11, 11], [13, 9], [17, 33], [40, 3], [66, 2], [2, 70]]; // biome-ignore format: as they are read
  const paddings = [0, 'same', [[0, 5], [3, 1]], [4, 2]]; // biome-ignore format: as they are read
  const channels = [[1, 1, 1], [1, 3, 7], [4, 1, 1], [3, 2, 5], [5, 1, 2]] as const; // biome-ignore format: as they are read
  const planes = kernels.flatMap(([kh, kw], i) =>
    [0, 1].map((turn): ConvShape => {
      const [groups, own, outputs] = pick(channels, i + 2 * turn);
      const [height, width] = [pick([16, 1, 23, 33], i + turn), pick([17, 40, 9, 22, 65], i + turn)];
      return {
        x: [pick([1, 2], i + turn), groups * own, height + kh - 1, width + kw - 1],
        weight: [groups * outputs, own, kh, kw],
        options: { groups, padding: pick<unknown>(paddings, i + turn) },
      };
    }),
  );
  return [
    ...planes,
    // A kernel larger than its plane, which only the padding makes room for.
    { x: [2, 3, 4, 5], weight: [4, 3, 9, 11], options: { padding: [4, 5] } },
    // Weights beyond a second-level cache, two images.
    { x: [2, 36, 14, 13], weight: [34, 36, 7, 9], options: { padding: [3, 4] } },
    ...[5, 31, 64, 130].map((k, i) => ({
      x: [1 + (i % 2), 6, 3 * k + 40],
      weight: [4, 3, k],
      options: { groups: 2, padding: i },
    })),
    { x: [1, 2, 90, 1], weight: [3, 2, 33, 1], options: { padding: [16, 0] } },
  ];
}

function batchShapes(): ConvShape[] {
  return [0, 1, 2, 3, 5].flatMap((n) => [
    { x: [n, 3, 6, 5], weight: [7, 3, 3, 3], options: { padding: 1 } },
    { x: [n, 20, 3, 3], weight: [18, 20, 1, 1] },
    { x: [n, 9, 5, 5], weight: [9, 1, 3, 3], options: { groups: 9 } },
    { x: [n, 8, 5, 5], weight: [6, 4, 3, 3], options: { groups: 2 } },
  ]);
}

/** Nothing to sum: the bias alone is left. */
const CHANNELLESS_SHAPES: readonly ConvShape[] = [
  { x: [2, 0, 5, 5], weight: [3, 0, 3, 3], options: { padding: 1 } },
  { x: [1, 0, 7, 6], weight: [18, 0, 1, 1] },
  { x: [1, 0, 9], weight: [5, 0, 3] },
];

function paddingModeShapes(): ConvShape[] {
  return ['reflect', 'replicate', 'circular'].flatMap((paddingMode) => [
    { x: [1, 3, 5, 6], weight: [5, 3, 3, 3], options: { padding: 1, paddingMode } },
    {
      x: [2, 16, 4, 7],
      weight: [16, 16, 3, 3],
      options: {
        padding: [
          [2, 1],
          [3, 0],
        ],
        paddingMode,
        stride: 2,
      },
    },
    { x: [1, 9, 6, 6], weight: [9, 1, 4, 4], options: { padding: 'same', paddingMode, groups: 9 } },
    { x: [1, 4, 9], weight: [6, 4, 3], options: { padding: 2, paddingMode } },
    { x: [1, 2, 3, 4, 3], weight: [3, 2, 2, 3, 3], options: { padding: 1, paddingMode } },
  ]);
}

/** 1-D and 3-D: the same loops with axes of extent 1, or one more. */
function otherRanks(): ConvShape[] {
  return [
    ...[1, 3, 8, 17].map((c, i) => ({
      x: [2, c, 23],
      weight: [pick([1, 5, 16, 33], i), c, 5],
      options: { padding: i },
    })),
    ...[1, 2, 3].map((dilation) => ({ x: [1, 6, 30], weight: [8, 6, 4], options: { dilation, stride: 4 - dilation } })),
    { x: [1, 12, 19], weight: [24, 1, 3], options: { groups: 12, padding: 'same' } },
    { x: [1, 12, 19], weight: [9, 4, 6], options: { groups: 3, padding: [[4, 1]] } },
    { x: [1, 5, 1], weight: [4, 5, 1] },
    ...[1, 3, 16, 17].map((c) => ({ x: [1, c, 4, 5, 6], weight: [9, c, 3, 3, 3], options: { padding: 1 } })),
    {
      x: [2, 3, 5, 6, 7],
      weight: [17, 3, 2, 3, 4],
      options: {
        stride: [2, 1, 3],
        padding: [
          [0, 1],
          [1, 2],
          [2, 0],
        ],
      },
    },
    { x: [1, 4, 7, 6, 5], weight: [6, 4, 2, 2, 2], options: { dilation: [3, 2, 1], stride: [1, 2, 1] } },
    { x: [1, 8, 4, 4, 5], weight: [8, 1, 3, 3, 3], options: { groups: 8, padding: 'same' } },
    { x: [1, 8, 4, 4, 5], weight: [12, 4, 1, 1, 1], options: { groups: 2 } },
    { x: [0, 2, 4, 4, 4], weight: [3, 2, 3, 3, 3] },
  ];
}

/** Enough work for several threads, and for several blocks of a reduction: half of any second-level cache of weights. */
export const LARGE_CONV_SHAPES: readonly ConvShape[] = [
  { x: [1, 3, 45, 46], weight: [64, 3, 7, 7], options: { stride: 2, padding: 3 } },
  { x: [1, 16, 28, 28], weight: [24, 16, 3, 3], options: { padding: 1 } },
  { x: [1, 64, 20, 20], weight: [70, 64, 1, 1] },
  { x: [1, 300, 3, 3], weight: [33, 300, 3, 3], options: { padding: 1 } },
  { x: [1, 700, 6, 6], weight: [16, 700, 7, 7], options: { padding: 3 } },
  { x: [1, 1030, 2, 3], weight: [40, 1030, 1, 1] },
  { x: [1, 24, 56, 57], weight: [24, 1, 3, 3], options: { groups: 24, padding: 1 } },
  { x: [1, 10, 40, 41], weight: [5, 2, 3, 3], options: { groups: 5 } },
  { x: [1, 2, 40, 40], weight: [3, 2, 11, 13], options: { padding: 5 } },
  { x: [1, 2, 9, 300], weight: [3, 2, 3, 65], options: { padding: 'same' } },
];

export const CONV_SHAPES: readonly ConvShape[] = [
  ...channelShapes(),
  ...planeShapes(),
  ...windowShapes(),
  ...groupShapes(),
  ...depthwiseShapes(),
  ...depthwiseWidths(),
  ...batchShapes(),
  ...CHANNELLESS_SHAPES,
  ...paddingModeShapes(),
  ...otherRanks(),
  ...LARGE_CONV_SHAPES,
];

/** A dozen that take every path once, for tests that try many variations of each. */
export const CONV_SAMPLE: readonly ConvShape[] = [
  { x: [1, 3, 9, 8], weight: [9, 3, 3, 3], options: { padding: 1 } },
  { x: [1, 3, 15, 14], weight: [17, 3, 7, 7], options: { stride: 2, padding: 3 } },
  { x: [2, 19, 5, 7], weight: [35, 19, 1, 1] },
  { x: [2, 19, 6, 7], weight: [20, 19, 1, 1], options: { stride: 2 } },
  {
    x: [2, 17, 7, 7],
    weight: [18, 17, 3, 3],
    options: {
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
  },
  { x: [1, 4, 11, 12], weight: [6, 4, 3, 5], options: { stride: [2, 1], padding: [4, 2], dilation: [3, 1] } },
  { x: [2, 17, 9, 9], weight: [17, 1, 3, 3], options: { groups: 17, padding: 1 } },
  { x: [1, 5, 9, 10], weight: [10, 1, 5, 5], options: { groups: 5, padding: 2, stride: 2 } },
  { x: [1, 12, 6, 6], weight: [10, 6, 3, 3], options: { groups: 2, padding: 1 } },
  { x: [1, 34, 5, 5], weight: [34, 17, 2, 2], options: { groups: 2, padding: 'same' } },
  { x: [2, 3, 5, 6], weight: [5, 3, 3, 3], options: { padding: 1, paddingMode: 'reflect' } },
  { x: [3, 20, 1, 1], weight: [18, 20, 1, 1] },
];

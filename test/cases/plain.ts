import { elements, type OperatorCase, tensor } from '../support/specs.js';
import { INPUT_CHANNELS, OUTPUT_CHANNELS, pick } from './edges.js';

/** Every activation, as a user writes it, for `channels` channels. */
export function activations(channels: number): unknown[] {
  return [
    'relu',
    'relu6',
    'sigmoid',
    'tanh',
    'silu',
    'hardSigmoid',
    'hardSwish',
    'gelu',
    { kind: 'leakyRelu', slope: 0.125 },
    { kind: 'clip', min: -0.5, max: 0.75 },
    { kind: 'elu', alpha: 1.5 },
    { kind: 'prelu', slope: tensor([1], 6) },
    { kind: 'prelu', slope: tensor([channels], 6) },
  ];
}

export function activationName(activation: unknown): string {
  if (typeof activation === 'string') return activation;
  const { kind, slope } = activation as { kind: string; slope?: unknown };
  return kind === 'prelu' ? `prelu ${JSON.stringify(slope)}` : kind;
}

function activationCases(): OperatorCase[] {
  const shapes = [
    [1, 5, 3, 7],
    [2, 17, 4, 4],
    [0, 3, 2, 2],
    [3, 5],
    [2, 5, 6],
  ];
  return shapes.flatMap((shape) =>
    activations(shape[1]).map((activation) => ({
      name: `activate ${shape.join('×')} ${activationName(activation)}`,
      op: 'activate',
      args: [tensor(shape, 1, { times: 8 }), activation],
    })),
  );
}

function softmaxCases(): OperatorCase[] {
  const shapes: [number[], number][] = [
    [[3, 7], -1],
    [[2, 5, 4], 1],
    [[4, 3, 2], 0],
    [[2, 3, 4, 5], -2],
    [[33], 0],
    [[2, 1000], 1],
    [[3, 1], 1],
  ];
  return shapes.map(([shape, axis]) => ({
    name: `softmax ${shape.join('×')} along ${axis}`,
    op: 'softmax',
    args: [tensor(shape, 1, { times: 16 }), axis],
  }));
}

function linearCases(): OperatorCase[] {
  const sizes = [
    ...INPUT_CHANNELS.map((inputs, i) => [pick([1, 2, 3, 5, 6, 7], i), inputs, pick(OUTPUT_CHANNELS, i + 4)]),
    ...OUTPUT_CHANNELS.map((outputs, i) => [pick([1, 4, 7, 8, 13], i), 11, outputs]),
    [0, 4, 5],
    [3, 0, 4],
    [2, 1500, 130],
    [1, 700, 1000],
  ];
  return sizes.map(([rows, inputs, outputs], i) => ({
    name: `linear ${rows} rows, ${inputs} to ${outputs}`,
    op: 'linear',
    args: [tensor([rows, inputs], 1), tensor([outputs, inputs], 2), ...(i % 3 === 0 ? [] : [tensor([outputs], 3)])],
  }));
}

function batchNormCases(): OperatorCase[] {
  return [
    [2, 3, 4, 5],
    [1, 17, 3, 3],
    [1, 33, 1, 1],
    [0, 3, 4, 4],
    [2, 5, 7],
    [1, 4, 2, 3, 4],
  ].flatMap((x) => {
    const channels = [x[1]];
    const statistics = [tensor(channels, 2), tensor(channels, 3, { positive: true })];
    const affine = { weight: tensor(channels, 4), bias: tensor(channels, 5), eps: 0.125 };
    const op = `batchNorm${x.length - 2}d`;
    return [
      { name: `${op} ${x.join('×')}`, op, args: [tensor(x, 1), ...statistics] },
      { name: `${op} ${x.join('×')} affine`, op, args: [tensor(x, 1), ...statistics, affine] },
    ];
  });
}

interface ColumnShape {
  readonly x: number[];
  readonly kernelSize: number | number[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly columns: number;
}

/** `columns` is the number of windows, which col2im's operand has to have. */
const COLUMN_SHAPES: readonly ColumnShape[] = [
  { x: [1, 2, 5, 6], kernelSize: 3, options: {}, columns: 12 },
  { x: [2, 3, 6, 5], kernelSize: [2, 3], options: { stride: 2, padding: 1 }, columns: 12 },
  { x: [1, 17, 8, 7], kernelSize: [3, 2], options: { dilation: [2, 3], padding: [1, 2] }, columns: 48 },
  {
    x: [1, 4, 8, 7],
    kernelSize: 2,
    options: {
      stride: [3, 1],
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
    columns: 24,
  },
  { x: [0, 2, 5, 6], kernelSize: 3, options: {}, columns: 12 },
];

function columnCases(): OperatorCase[] {
  return COLUMN_SHAPES.flatMap(({ x, kernelSize, options, columns }) => {
    const taps = elements(typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize);
    const name = `${x.join('×')} by ${JSON.stringify(kernelSize)}`;
    const matrix = tensor([x[0], x[1] * taps, columns], 1);
    return [
      { name: `im2col ${name}`, op: 'im2col', args: [tensor(x, 1), kernelSize, options], exact: true },
      { name: `col2im ${name}`, op: 'col2im', args: [matrix, x.slice(2), kernelSize, options] },
    ];
  });
}

function signalCases(): OperatorCase[] {
  const pairs = [
    [[9], [4]],
    [[30], [7]],
    [[4], [9]],
    [
      [7, 8],
      [3, 3],
    ],
    [
      [6, 5],
      [6, 5],
    ],
    [
      [20, 21],
      [4, 5],
    ],
    [
      [2, 3],
      [5, 4],
    ],
  ];
  const twoSided = pairs.flatMap(([f, g]) =>
    ['full', 'same', 'valid'].flatMap((mode) =>
      ['convolve', 'correlate'].map((op) => ({
        name: `${op} ${f.join('×')} with ${g.join('×')}, ${mode}`,
        op,
        args: [tensor(f, 1), tensor(g, 2), { mode }],
      })),
    ),
  );
  const kernels = [[5], [3, 4], [6, 2, 3, 3]];
  return [
    ...twoSided,
    ...kernels.map((shape) => ({
      name: `rot180 ${shape.join('×')}`,
      op: 'rot180',
      args: [tensor(shape, 1)],
      exact: true,
    })),
  ];
}

function unpoolCases(): OperatorCase[] {
  const indices = [0, 3, 9, 10, 16, 19, 4, 1, 14, 11, 21, 22];
  const x = tensor([1, 2, 2, 3], 1);
  return [
    { name: 'maxUnpool2d', op: 'maxUnpool2d', args: [x, { int32: indices }, 2], exact: true },
    {
      name: 'maxUnpool2d, larger',
      op: 'maxUnpool2d',
      args: [x, { int32: indices }, 2, { outputSize: [5, 7] }],
      exact: true,
    },
    { name: 'maxUnpool1d', op: 'maxUnpool1d', args: [tensor([2, 1, 2], 1), { int32: [1, 2, 0, 3] }, 2], exact: true },
  ];
}

/** Operators that neither slide a window over channels nor pool one. */
export const PLAIN_CASES: readonly OperatorCase[] = [
  ...activationCases(),
  ...softmaxCases(),
  ...linearCases(),
  ...batchNormCases(),
  ...columnCases(),
  ...signalCases(),
  ...unpoolCases(),
];

import { type OperatorCase, tensor } from '../support/specs.js';
import { PLANES, pick, WIDTHS } from './edges.js';

/** A pooling by its shapes. */
export interface PoolShape {
  readonly x: readonly number[];
  readonly kernelSize: number | readonly number[];
  readonly options?: Readonly<Record<string, unknown>>;
}

type PoolOperator = 'maxPool' | 'avgPool';

/** Max pooling asks for indices, and draws few values so that there are ties. */
export function poolCase(operator: PoolOperator, { x, kernelSize, options = {} }: PoolShape): OperatorCase {
  const op = `${operator}${x.length - 2}d`;
  const max = operator === 'maxPool';
  const settings = JSON.stringify(options).replaceAll('"', '');
  return {
    name: `${op} ${x.join('×')} by ${JSON.stringify(kernelSize)} ${settings}`,
    op,
    args: [tensor(x, 1, max ? { integers: 6 } : {}), kernelSize, max ? { ...options, returnIndices: true } : options],
    exact: max,
  };
}

const KERNELS = [1, 2, 3, 4, 5, 7, [1, 3], [3, 1], [2, 3], [5, 2]];

/** Kernels × strides × ceil mode, with padding up to half of the kernel going round. */
function windowShapes(): PoolShape[] {
  return KERNELS.flatMap((kernelSize, k) =>
    [1, 2, 3, undefined].flatMap((stride, s) =>
      [false, true].map((ceilMode): PoolShape => {
        const own = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
        const padding = own.map((size) => pick([0, Math.floor(size / 2), Math.min(1, Math.floor(size / 2))], k + s));
        const options = { padding, ceilMode, ...(stride === undefined ? {} : { stride }) };
        return { x: [1, pick([1, 3, 16, 17], s), 11, pick([12, 14, 9], k)], kernelSize, options };
      }),
    ),
  );
}

function planeShapes(): PoolShape[] {
  const overlapping = { stride: 2, padding: 1 };
  return [
    ...WIDTHS.map((w) => ({ x: [1, 3, 5, w], kernelSize: 3, options: overlapping })),
    ...WIDTHS.map((w) => ({ x: [1, 2, 4, 2 * w], kernelSize: 2 })),
    ...[1, 4, 5, 8, 9, 15, 16, 17, 33].map((c) => ({ x: [2, c, 7, 7], kernelSize: 3, options: overlapping })),
    ...PLANES.map(([h, w]) => ({ x: [1, 5, h, w], kernelSize: 3, options: { stride: 1, padding: 1 } })),
    ...[0, 1, 2, 3].map((n) => ({ x: [n, 3, 6, 6], kernelSize: 2 })),
  ];
}

function otherRanks(): PoolShape[] {
  return [
    { x: [2, 3, 17], kernelSize: 3, options: { stride: 2, padding: 1 } },
    { x: [1, 5, 16], kernelSize: 4, options: { ceilMode: true, stride: 3 } },
    { x: [1, 1, 1], kernelSize: 1 },
    { x: [1, 3, 4, 5, 6], kernelSize: 2 },
    { x: [2, 2, 5, 4, 7], kernelSize: [3, 2, 3], options: { stride: [1, 2, 3], padding: [1, 0, 1], ceilMode: true } },
    { x: [0, 2, 4, 4, 4], kernelSize: 2 },
  ];
}

/** Windows that both kinds of pooling take. */
export const POOL_SHAPES: readonly PoolShape[] = [...windowShapes(), ...planeShapes(), ...otherRanks()];

/** Dilated windows that stand beside the input, not on it. */
const MISSING_SHAPES: readonly PoolShape[] = [
  { x: [1, 2, 1, 1], kernelSize: 2, options: { stride: 1, padding: 1, dilation: 2 } },
  { x: [1, 17, 2, 5], kernelSize: 2, options: { stride: 1, padding: 1, dilation: 3 } },
];

const DILATED_SHAPES: readonly PoolShape[] = [2, 3, [2, 1, 3]].flatMap((dilation): PoolShape[] => {
  const spatial = typeof dilation === 'number' ? 2 : 3;
  return [false, true].flatMap((ceilMode) => [
    {
      x: [1, 5, ...[9, 10, 11].slice(3 - spatial)],
      kernelSize: 3,
      options: { dilation, ceilMode, stride: 1, padding: 1 },
    },
    { x: [2, 3, ...[7, 8, 9].slice(3 - spatial)], kernelSize: 2, options: { dilation, ceilMode, stride: 2 } },
  ]);
});

/** Dilation is max pooling's alone. */
export const MAX_POOL_SHAPES: readonly PoolShape[] = [...DILATED_SHAPES, ...MISSING_SHAPES];

/** So are the ways of counting average pooling's. */
export const AVG_POOL_SHAPES: readonly PoolShape[] = [3, 4, [3, 2]].flatMap((kernelSize) =>
  [false, true].flatMap((ceilMode) => [
    { x: [1, 5, 8, 9], kernelSize, options: { stride: 2, padding: 1, ceilMode, countIncludePad: false } },
    { x: [2, 17, 7, 8], kernelSize, options: { stride: 3, padding: [1, 1], ceilMode } },
    { x: [1, 3, 8, 8], kernelSize, options: { stride: 2, padding: 1, ceilMode, divisorOverride: 5 } },
  ]),
);

function adaptiveShapes(): [readonly number[], unknown][] {
  return [
    ...[1, 2, 3, 5, 7, 9].map((size): [number[], number] => [[1, 5, 7, 8], size]),
    ...[1, 15, 16, 17, 33].map((c): [number[], number] => [[2, c, 7, 7], pick([1, 3], c)]),
    [
      [1, 3, 6, 5],
      [4, 9],
    ],
    [
      [1, 3, 6, 5],
      [null, 2],
    ],
    [[1, 3, 6, 5], null],
    [[0, 3, 6, 5], 2],
    [[2, 3, 11], 4],
    [
      [1, 2, 4, 5, 6],
      [3, 2, 7],
    ],
    [[1, 2, 4, 5, 6], 1],
  ];
}

export const ADAPTIVE_CASES: readonly OperatorCase[] = adaptiveShapes().flatMap(([x, size]) => {
  const rank = x.length - 2;
  const name = `${rank}d ${x.join('×')} to ${JSON.stringify(size)}`;
  const ties = tensor(x, 1, { integers: 6 });
  return [
    { name: `adaptiveAvgPool${name}`, op: `adaptiveAvgPool${rank}d`, args: [tensor(x, 1), size] },
    {
      name: `adaptiveMaxPool${name}`,
      op: `adaptiveMaxPool${rank}d`,
      args: [ties, size, { returnIndices: true }],
      exact: true,
    },
  ];
});

export const GLOBAL_CASES: readonly OperatorCase[] = [
  [2, 5, 6, 7],
  [1, 33, 7, 7],
  [3, 4, 1, 1],
  [1, 3, 40, 41],
  [0, 3, 4, 4],
].flatMap((x) => [
  { name: `globalAvgPool2d ${x.join('×')}`, op: 'globalAvgPool2d', args: [tensor(x, 1)] },
  { name: `globalMaxPool2d ${x.join('×')}`, op: 'globalMaxPool2d', args: [tensor(x, 1)], exact: true },
]);

export const LP_POOL_CASES: readonly OperatorCase[] = [1, 2, 3, 1.5].flatMap((p) =>
  [
    { x: [1, 5, 7, 8], kernelSize: 3, options: { stride: 2 } },
    { x: [1, 17, 7, 8], kernelSize: [2, 3], options: { ceilMode: true } },
    { x: [2, 1, 9], kernelSize: 2 },
  ].map(({ x, kernelSize, options = {} }) => ({
    name: `lpPool${x.length - 2}d p ${p}, ${x.join('×')} by ${JSON.stringify(kernelSize)}`,
    op: `lpPool${x.length - 2}d`,
    args: [tensor(x, 1, { positive: true }), p, kernelSize, options],
  })),
);

import { type OperatorCase, tensor } from '../support/specs.js';
import type { ConvShape } from './conv.js';
import { INPUT_CHANNELS, OUTPUT_CHANNELS, pick, WIDTHS } from './edges.js';

/** The call that a shape stands for, with a bias. Weight is [inChannels, outChannels / groups, …]. */
export function convTransposeCase({ x, weight, options = {} }: ConvShape): OperatorCase {
  const op = `convTranspose${x.length - 2}d`;
  const groups = typeof options.groups === 'number' ? options.groups : 1;
  const settings = JSON.stringify(options).replaceAll('"', '');
  return {
    name: `${op} ${x.join('×')} by ${weight.join('×')} ${settings}`,
    op,
    args: [tensor(x, 1), tensor(weight, 2), { ...options, bias: tensor([weight[1] * groups], 3) }],
  };
}

/** Kernels 1 to 5 with strides 1 to 3, dilations 1 to 3, and the largest output padding that is allowed. */
function windowShapes(): ConvShape[] {
  return [1, 2, 3, 4, 5].flatMap((k) =>
    [1, 2, 3].map((stride): ConvShape => {
      const dilation = pick([1, 2, 1, 3], k + stride);
      const outputPadding = pick([0, Math.max(stride, dilation) - 1], k);
      const padding = pick([0, 1, Math.floor((dilation * (k - 1)) / 2)], k + stride);
      return {
        x: [1, 4, 5, 6],
        weight: [4, 5, k, k],
        options: { stride, dilation, padding: Math.min(padding, 2), outputPadding },
      };
    }),
  );
}

export const CONV_TRANSPOSE_SHAPES: readonly ConvShape[] = [
  ...windowShapes(),
  ...OUTPUT_CHANNELS.map((o) => ({ x: [1, 3, 4, 3], weight: [3, o, 3, 3], options: { stride: 2, padding: 1 } })),
  ...INPUT_CHANNELS.map((c) => ({ x: [1, c, 3, 4], weight: [c, 5, 2, 2], options: { stride: 2 } })),
  ...WIDTHS.map((w) => ({ x: [1, 5, 2, w], weight: [5, 9, 3, 3], options: { stride: pick([1, 2], w), padding: 1 } })),
  ...[2, 3, 4].flatMap((groups) =>
    [1, 2, 4, 9].map((own, i) => ({
      x: [2, groups * own, 4, 5],
      weight: [groups * own, pick([1, 3, 8, 17], i), 3, 3],
      options: { groups, stride: pick([1, 2], i), padding: 1 },
    })),
  ),
  ...[0, 1, 2, 3].map((n) => ({ x: [n, 3, 4, 5], weight: [3, 4, 3, 3], options: { stride: 2 } })),
  { x: [1, 7, 4, 5], weight: [7, 1, 4, 4], options: { groups: 7, stride: 2, padding: 1 } },
  { x: [1, 2, 4, 3], weight: [2, 3, 2, 1], options: { stride: [4, 3], outputPadding: [3, 2] } },
  {
    x: [1, 3, 5, 4],
    weight: [3, 4, 3, 5],
    options: { stride: [3, 1], padding: [1, 2], outputPadding: [2, 0], dilation: [1, 2] },
  },
  { x: [1, 2, 1, 1], weight: [2, 3, 5, 5], options: { padding: 1 } },
  { x: [2, 3, 9], weight: [3, 5, 4], options: { stride: 2, padding: 1 } },
  { x: [1, 4, 7], weight: [4, 2, 3], options: { stride: 3, outputPadding: 2, dilation: 2, groups: 2 } },
  { x: [1, 17, 12], weight: [17, 16, 5] },
];

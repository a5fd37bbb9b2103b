import { planConv } from '../geometry/conv.js';
import { BORDERS, type PadMode } from '../geometry/records.js';
import { NO_SLOT, type SlotId } from '../program/step.js';
import { imageToTensorGeometry } from './to-tensor.js';
import { resultSlot, type WindowContext, type WindowShape } from './window-call.js';

/** From so many weights on, planes and a convolution, by FFT as a rule, beat sums over the window: 17 × 17. */
const LEAST_WEIGHTS = 17 * 17;

/** The paddings of a convolution that are borders of an image. */
const PAD_MODE_OF: Readonly<Partial<Record<(typeof BORDERS)[number], PadMode>>> = {
  reflect101: 'reflect',
  replicate: 'replicate',
  wrap: 'circular',
  constant: 'zeros',
};

/** Whether a kernel is so large, and a convolution has such a border. */
export function suitsConvolution({ image, border }: WindowContext, { size, anchor }: WindowShape): boolean {
  if (size[0] * size[1] < LEAST_WEIGHTS) return false;
  const mode = PAD_MODE_OF[BORDERS[border.mode]];
  if (mode === undefined || (mode === 'zeros' && border.value !== 0)) return false;
  const reach = [0, 1].map((axis) => Math.max(anchor[axis], size[axis as 0 | 1] - 1 - anchor[axis as 0 | 1]));
  return reach[0] < image.height && reach[1] < image.width;
}

/** Planes, their border, a convolution of each by itself, and pixels again. */
export function appendConvolution(
  context: WindowContext,
  { size, anchor }: WindowShape,
  { weights, delta }: { weights: Float32Array; delta: number },
): SlotId {
  const { program, image, x, border } = context;
  const { builder } = program;
  const { channels, height, width } = image;
  const sources = Array.from({ length: channels }, (_, c) => c);
  const sides = ([0, 1] as const).map((axis) => [anchor[axis], size[axis] - 1 - anchor[axis]]);
  const { geometry, pad } = planConv(
    'filter2d',
    2,
    { x: [1, channels, height, width], weight: [channels, 1, ...size] },
    { groups: channels, padding: sides, paddingMode: PAD_MODE_OF[BORDERS[border.mode]] },
  );
  const plain = program.input(plainAffine(channels));
  let planes = builder.slot(channels * height * width);
  const arrangement = {
    sources,
    region: { left: 0, top: 0, width, height },
    flip: { x: false, y: false },
    layout: 'NCHW',
  } as const;
  builder.step('imageToTensor', imageToTensorGeometry(image, arrangement), [x, plain], [planes]);
  if (pad !== undefined) {
    const wide = builder.slot(channels * geometry.inputHeight * geometry.inputWidth);
    builder.step('pad', pad, [planes], [wide], { scalars: [0] });
    planes = wide;
  }
  const kernel = program.input(repeated(weights, channels));
  const bias = program.input(new Float32Array(channels).fill(delta));
  const sums = builder.slot(channels * height * width);
  builder.step('conv', geometry, [planes, kernel, bias, NO_SLOT, NO_SLOT], [sums]);
  const y = resultSlot(context);
  const back = Object.freeze({ height, width, channels, channelsLast: 0, swapRedBlue: 0 });
  builder.step('tensorToImage', back, [sums, plain], [y]);
  return y;
}

/** Leaves values as they are; see imageToTensor. */
function plainAffine(channels: number): Float32Array {
  return new Float32Array(2 * channels).fill(1, 0, channels);
}

function repeated(weights: Float32Array, times: number): Float32Array {
  const all = new Float32Array(weights.length * times);
  for (let c = 0; c < times; c++) all.set(weights, c * weights.length);
  return all;
}

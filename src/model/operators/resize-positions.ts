/**
 * Where each output of a resized axis lies in the input.
 *
 * Sizes make a ratio of whole numbers, and a position is one division of such: exact, so that a whole or a half is met
 * where there is one. A scale is a float32, which as a rule is not the ratio that was meant but the nearest number to it.
 * Arithmetic in float32 rounds that difference away again, as it does in PyTorch, onnxruntime and ONNX's shape inference:
 * in float64 0.7 of 10 would be 6.9999999, one short of 7.
 *
 * @see https://onnx.ai/onnx/operators/onnx__Resize.html
 */
export interface AxisResize {
  readonly input: number;
  readonly output: number;
  readonly scale: Scale;
  /** The region that tf_crop_and_resize reads, from 0 to 1. */
  readonly roi: readonly [number, number];
}

/** Output length over input length: a float32, or a ratio of whole numbers that makes one. */
export interface Scale {
  readonly value: number;
  /** Absent where the model gives the scale itself. */
  readonly ratio?: readonly [numerator: number, denominator: number];
}

export const COORDINATE_MODES = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
  'tf_crop_and_resize',
] as const;
export type CoordinateMode = (typeof COORDINATE_MODES)[number];

const f32 = Math.fround;

export function givenScale(scale: number): Scale {
  return { value: f32(scale) };
}

export function scaleOfSizes(output: number, input: number): Scale {
  return { value: f32(output / input), ratio: [output, input] };
}

/** The length that a scale makes of another one. */
export function scaledLength(input: number, { value }: Scale): number {
  return Math.floor(f32(value * input));
}

/** The length to the nearest whole number, halves up, where one scale is for all axes. */
export function nearestLength(input: number, { value }: Scale): number {
  return Math.floor(f32(value * input) + 0.5);
}

/** For output i of an axis. */
export function positionOf(i: number, axis: AxisResize, mode: CoordinateMode): number {
  const { input, output, scale } = axis;
  switch (mode) {
    case 'align_corners':
      // By the length that there is. By the one before rounding, the last output would miss the last input.
      return output === 1 ? 0 : (i * (input - 1)) / (output - 1);
    case 'tf_crop_and_resize':
      return cropped(i, axis);
    case 'pytorch_half_pixel':
      return output > 1 ? positionOf(i, axis, 'half_pixel') : 0;
    default:
      return scale.ratio === undefined ? rounded(i, axis, mode) : exact(i, axis, scale.ratio, mode);
  }
}

type ScaledMode = Exclude<CoordinateMode, 'align_corners' | 'tf_crop_and_resize' | 'pytorch_half_pixel'>;

/** Numerator and denominator are whole, so that only the quotient is rounded. */
function exact(i: number, { input, output }: AxisResize, [p, q]: readonly [number, number], mode: ScaledMode): number {
  switch (mode) {
    case 'half_pixel':
      return ((2 * i + 1) * q - p) / (2 * p);
    case 'half_pixel_symmetric':
      return ((2 * i + 1 - output) * q + (input - 1) * p) / (2 * p);
    case 'asymmetric':
      return (i * q) / p;
    case 'tf_half_pixel_for_nn':
      return ((2 * i + 1) * q) / (2 * p);
  }
}

/** Each operation in float32, in the order of ONNX's formulas. */
function rounded(i: number, { input, output, scale: { value } }: AxisResize, mode: ScaledMode): number {
  switch (mode) {
    case 'half_pixel':
      return f32(f32(f32(i + 0.5) / value) - 0.5);
    case 'half_pixel_symmetric': {
      const offset = f32((input / 2) * f32(1 - f32(output / f32(value * input))));
      // Rounded once from here on: in onnxruntime, the only one to have this mode, too.
      return f32(offset + (i + 0.5) / value - 0.5);
    }
    case 'asymmetric':
      return f32(f32(i) / value);
    case 'tf_half_pixel_for_nn':
      return f32(f32(i + 0.5) / value);
  }
}

function cropped(i: number, { input, output, roi }: AxisResize): number {
  const [start, end] = [f32(roi[0]), f32(roi[1])];
  if (output === 1) return f32(0.5 * f32(start + end) * (input - 1));
  const step = f32(f32(f32(i * f32(end - start)) * (input - 1)) / (output - 1));
  return f32(f32(start * (input - 1)) + step);
}

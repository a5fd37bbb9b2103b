import { elementCount } from '../../shape.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import { emptyValue, knownValue, type Value } from '../specialise/value.js';
import { type Interpolation, NEAREST_MODES, resampleTable, tapsOf } from './interpolation.js';
import {
  type AxisResize,
  COORDINATE_MODES,
  type CoordinateMode,
  givenScale,
  nearestLength,
  type Scale,
  scaledLength,
  scaleOfSizes,
} from './resize-positions.js';
import { wholeMixture } from './whole.js';

/** @see https://onnx.ai/onnx/operators/onnx__Resize.html */
export const resize: Lowering = (node) => {
  const x = node.input(0);
  if (node.opset < 11) return upsampled(node, x, node.list(1));
  const how = readInterpolation(node);
  const axes = readAxes(node, x);
  const [roi, scales, sizes] = [1, 2, 3].map((input) => nonEmpty(node.list(input)));
  if ((scales === undefined) === (sizes === undefined)) node.fail('needs either scales or sizes');
  checkCount(node, sizes === undefined ? 'scales' : 'sizes', sizes ?? scales, axes.length);
  checkScales(node, scales);
  const resizes = axes.map((axis, i): readonly [number, AxisResize] => {
    const input = x.shape[axis];
    const region = [roi?.[i] ?? 0, roi?.[i + axes.length] ?? 1] as const;
    if (sizes === undefined) return [axis, byScale(input, scales?.[i] ?? 1, region)];
    return [axis, { input, output: sizes[i], scale: scaleOfSizes(sizes[i], input), roi: region }];
  });
  const policy = node.word('keep_aspect_ratio_policy', ['stretch', 'not_larger', 'not_smaller'], 'stretch');
  const kept = sizes === undefined || policy === 'stretch' ? resizes : keepAspect(resizes, policy);
  return resized(node, x, kept, how);
};

/** Opset 7 has scales as an attribute, 9 as an input; both read as asymmetric does. */
export const upsample: Lowering = (node) => {
  const scales = node.opset >= 9 ? node.list(1) : node.floats('scales');
  return upsampled(node, node.input(0), scales);
};

function upsampled(node: NodeContext, x: Value, scales: readonly number[] | undefined): Value {
  checkCount(node, 'scales', scales, x.shape.length);
  checkScales(node, scales);
  const resizes = x.shape.map((input, axis) => [axis, byScale(input, scales[axis], [0, 1])] as const);
  return resized(node, x, resizes, {
    mode: node.word('mode', ['nearest', 'linear', 'bilinear'], 'nearest') === 'nearest' ? 'nearest' : 'linear',
    coordinates: 'asymmetric',
    nearest: 'ceil_where_shrinking',
    cubicA: -0.75,
    excludeOutside: false,
    antialias: false,
    extrapolation: undefined,
  });
}

/**
 * One axis after another; axes that stay as they are cost nothing. A scale near 1 that changes no length resizes nothing;
 * where another axis changes, that holds for antialiased axes alone. Both as in onnxruntime.
 */
function resized(
  node: NodeContext,
  x: Value,
  resizes: readonly (readonly [number, AxisResize])[],
  how: Interpolation,
): Value {
  const crops = how.coordinates === 'tf_crop_and_resize';
  if (!crops && resizes.every(([, { input, output }]) => output === input)) return x;
  const y = resizes.reduce((value, [axis, resize]) => {
    const { input, output, scale } = resize;
    if (!Number.isInteger(output) || output < 0) node.fail(`axis ${axis} would have ${output} values`);
    if (!crops && output === input && (scale.value === 1 || input === 0 || how.antialias)) return value;
    return resampled(node, value, axis, resize, how);
  }, x);
  return how.mode === 'nearest' && !crops ? y : wholeMixture(node, y, how.antialias ? 'round' : 'truncate');
}

function resampled(node: NodeContext, x: Value, axis: number, resize: AxisResize, how: Interpolation): Value {
  if (resize.input === 0) node.fail(`axis ${axis} of ${node.describe(x)} has nothing to resize`);
  if (resize.output === 0) return emptyValue(x.shape.with(axis, 0), x.type);
  node.checkTable(resize.input, `axis ${axis}, which is to be resized,`);
  node.checkTable(resize.output, `axis ${axis}, resized,`);
  node.checkTable(resize.output * tapsOf(resize, how), `the table of inputs and weights for axis ${axis}`);
  const { taps, indices, weights, offset } = resampleTable(node, resize, how);
  const constant = (values: Float32Array) => knownValue(values, [values.length], 'float32');
  return node.step({
    kind: 'resample',
    geometry: {
      outer: elementCount(x.shape.slice(0, axis), node.label),
      length: resize.input,
      inner: elementCount(x.shape.slice(axis + 1), node.label),
      outputLength: resize.output,
      taps,
    },
    operands: [x, constant(indices), constant(weights), offset && constant(offset)],
    shape: x.shape.with(axis, resize.output),
    type: x.type,
  });
}

function byScale(input: number, given: number, roi: AxisResize['roi']): AxisResize {
  const scale = givenScale(given);
  return { input, output: scaledLength(input, scale), scale, roi };
}

function readAxes(node: NodeContext, x: Value): number[] {
  const axes = node.ints('axes');
  return axes?.map((axis) => node.axis(axis, x.shape.length)) ?? x.shape.map((_, axis) => axis);
}

function checkCount(
  node: NodeContext,
  name: string,
  values: readonly number[] | undefined,
  axes: number,
): asserts values is readonly number[] {
  if (values?.length !== axes)
    node.fail(`${name} must have ${axes} values, one an axis, but got ${values?.length ?? 0}`);
}

function checkScales(node: NodeContext, scales: readonly number[] = []): void {
  const wrong = scales.find((scale) => !(scale > 0));
  if (wrong !== undefined) node.fail(`scales must be greater than 0, but one is ${wrong}`);
}

/** The sizes are bounds, and one scale for all axes is as near to them as may be. */
function keepAspect(resizes: readonly (readonly [number, AxisResize])[], policy: string) {
  const scales = resizes.map(([, { scale }]) => scale);
  const isBound =
    policy === 'not_larger' ? (a: Scale, b: Scale) => a.value < b.value : (a: Scale, b: Scale) => a.value > b.value;
  const scale = scales.reduce((bound, other) => (isBound(other, bound) ? other : bound));
  return resizes.map(([axis, resize]): readonly [number, AxisResize] => {
    return [axis, { ...resize, scale, output: nearestLength(resize.input, scale) }];
  });
}

function readInterpolation(node: NodeContext): Interpolation {
  const coordinates: CoordinateMode = node.word('coordinate_transformation_mode', COORDINATE_MODES, 'half_pixel');
  return {
    mode: node.word('mode', ['nearest', 'linear', 'cubic'], 'nearest'),
    coordinates,
    nearest: node.word('nearest_mode', NEAREST_MODES, 'round_prefer_floor'),
    cubicA: node.float('cubic_coeff_a', -0.75),
    excludeOutside: node.int('exclude_outside', 0) !== 0,
    antialias: node.int('antialias', 0) !== 0,
    extrapolation: coordinates === 'tf_crop_and_resize' ? node.float('extrapolation_value', 0) : undefined,
  };
}

function nonEmpty(list: number[] | undefined): number[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

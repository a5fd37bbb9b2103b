import type { AttributeSpec, ModelSpec, TensorSpec } from '../support/onnx-writer.js';
import type { ResizeCase } from '../support/reference/resize.js';

/** How a file says what a case asks for. */
export interface ResizeFile {
  readonly operator: 'Resize' | 'Upsample';
  readonly opset: number;
  /** Scales or sizes come as an input of the model instead of a constant. */
  readonly fed: boolean;
  /** Names the spatial axes alone, the last one first; from opset 18 on. */
  readonly axes: boolean;
}

/** A model that resizes x, [1, 1, height, width], and the numbers that it is fed besides. */
export function resizeModel(how: ResizeCase, file: ResizeFile): { spec: ModelSpec; numbers: TensorSpec | undefined } {
  const given = numbersOf(how, file);
  const isAttribute = file.operator === 'Upsample' && file.opset < 9;
  const fed = file.fed && !isAttribute;
  const none: TensorSpec = { shape: [0], values: [] };
  const spec: ModelSpec = {
    opset: file.opset,
    nodes: [
      { operator: file.operator, inputs: inputsOf(how, file), outputs: ['y'], attributes: attributesOf(how, file) },
    ],
    initializers: { none, roi: roiOf(how, file), ...(fed ? {} : { numbers: given }) },
    inputs: [
      { name: 'x', shape: [1, 1, ...how.input] },
      ...(fed ? [{ name: 'numbers', type: given.type ?? 'float32', shape: given.shape } as const] : []),
    ],
    outputs: [{ name: 'y' }],
  };
  return { spec, numbers: fed ? given : undefined };
}

function numbersOf({ scales, sizes }: ResizeCase, { axes }: ResizeFile): TensorSpec {
  const [height, width] = (scales ?? sizes) as readonly [number, number];
  const values = axes ? [width, height] : [1, 1, height, width];
  return { type: scales === undefined ? 'int64' : 'float32', shape: [values.length], values };
}

function roiOf({ coordinates, roi: [top, left, bottom, right] }: ResizeCase, { axes }: ResizeFile): TensorSpec {
  if (coordinates !== 'tf_crop_and_resize') return { shape: [0], values: [] };
  const values = axes ? [left, top, right, bottom] : [0, 0, top, left, 1, 1, bottom, right];
  return { shape: [values.length], values };
}

function inputsOf({ scales }: ResizeCase, { operator, opset }: ResizeFile): string[] {
  if (operator === 'Upsample') return opset < 9 ? ['x'] : ['x', 'numbers'];
  if (opset === 10) return ['x', 'numbers'];
  if (scales !== undefined) return ['x', 'roi', 'numbers'];
  return ['x', 'roi', opset < 13 ? 'none' : '', 'numbers'];
}

function attributesOf(how: ResizeCase, { operator, opset, axes }: ResizeFile): Record<string, AttributeSpec> {
  const mode = { mode: { string: how.mode } };
  if (operator === 'Upsample' && opset < 9) return { ...mode, scales: { floats: [1, 1, ...(how.scales ?? [])] } };
  if (opset < 11) return mode;
  return {
    ...mode,
    coordinate_transformation_mode: { string: how.coordinates },
    nearest_mode: { string: how.nearest },
    cubic_coeff_a: { float: how.cubicA },
    exclude_outside: { int: Number(how.excludeOutside) },
    extrapolation_value: { float: how.extrapolation },
    ...(opset >= 18
      ? { antialias: { int: Number(how.antialias) }, keep_aspect_ratio_policy: { string: how.policy } }
      : {}),
    ...(axes ? { axes: { ints: [3, 2] } } : {}),
  };
}

import type { AdaptivePoolGeometry, Window } from '../geometry/records.js';
import type { Step } from '../program/step.js';

/** How a value sees the input, one entry an axis: depth, height, width. */
export interface Field {
  /** Input positions that one value depends on. */
  readonly reach: readonly number[];
  /** Distance in the input between the fields of neighbouring values. */
  readonly jump: readonly number[];
  /** Extents of the volume at this point. */
  readonly extents: readonly number[];
}

/** A window along one axis, as far as fields are concerned. `stride` may be a fraction. */
interface AxisWindow {
  readonly extent: number;
  readonly stride: number;
  readonly output: number;
}

/**
 * The field after a step: a window of k taps with dilation d widens it by d·(k − 1) times the jump, and its stride
 * multiplies the jump. It counts positions in the padding, so deep networks may have fields larger than their input.
 *
 * @param flat Whether the spatial axes have been flattened, so that a linear step sees them all
 * @see https://distill.pub/2019/computing-receptive-fields
 */
export function advanceField(before: Field | undefined, step: Step, flat: boolean): Field | undefined {
  switch (step.kind) {
    case 'conv':
    case 'maxPool':
    case 'avgPool':
    case 'lpPool':
      return apply(before ?? start(step.geometry), slidingWindows(step.geometry));
    case 'convTranspose':
      return apply(before ?? start(step.geometry), transposedWindows(step.geometry));
    case 'adaptiveAvgPool':
    case 'adaptiveMaxPool':
      return apply(before ?? start(step.geometry), adaptiveWindows(step.geometry));
    case 'linear':
      return before && apply(before, wholeWindows(before, flat));
    default:
      return before;
  }
}

type Volume = Pick<Window, 'inputDepth' | 'inputHeight' | 'inputWidth'>;

function start({ inputDepth, inputHeight, inputWidth }: Volume): Field {
  return { reach: [1, 1, 1], jump: [1, 1, 1], extents: [inputDepth, inputHeight, inputWidth] };
}

function apply({ reach, jump }: Field, windows: readonly AxisWindow[]): Field {
  return {
    reach: windows.map(({ extent }, axis) => reach[axis] + (extent - 1) * jump[axis]),
    jump: windows.map(({ stride }, axis) => stride * jump[axis]),
    extents: windows.map(({ output }) => output),
  };
}

function slidingWindows(w: Window): AxisWindow[] {
  const axis = (kernel: number, dilation: number, stride: number, output: number) => {
    return { extent: dilation * (kernel - 1) + 1, stride, output };
  };
  return [
    axis(w.kernelDepth, w.dilationDepth, w.strideDepth, w.outputDepth),
    axis(w.kernelHeight, w.dilationHeight, w.strideHeight, w.outputHeight),
    axis(w.kernelWidth, w.dilationWidth, w.strideWidth, w.outputWidth),
  ];
}

/** An output value sees the inputs whose windows, `stride` apart, reach it. */
function transposedWindows(w: Window): AxisWindow[] {
  return slidingWindows(w).map(({ extent, stride, output }) => {
    return { extent: Math.ceil(extent / stride), stride: 1 / stride, output };
  });
}

function adaptiveWindows(p: AdaptivePoolGeometry): AxisWindow[] {
  const axis = (input: number, output: number): AxisWindow => {
    let extent = 1;
    for (let i = 0; i < output; i++) {
      extent = Math.max(extent, Math.ceil(((i + 1) * input) / output) - Math.floor((i * input) / output));
    }
    return { extent, stride: input / output, output };
  };
  return [axis(p.inputDepth, p.outputDepth), axis(p.inputHeight, p.outputHeight), axis(p.inputWidth, p.outputWidth)];
}

/** A linear step mixes the last axis; flattened, that is all of the volume. */
function wholeWindows({ extents }: Field, flat: boolean): AxisWindow[] {
  return extents.map((extent, axis) =>
    flat || axis === 2 ? { extent, stride: extent, output: 1 } : { extent: 1, stride: 1, output: extent },
  );
}

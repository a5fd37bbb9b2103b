import type { Sides } from '../../geometry/axes.js';

/** What a descriptor says of one axis; the output's length and the padding may be left to be computed. */
export interface PartialAxis {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  /** 1 is dense. */
  readonly dilation: number;
  readonly output: number | undefined;
  readonly before: number | undefined;
}

/** One axis, complete. */
export interface Axis extends Omit<PartialAxis, 'before' | 'output'> {
  readonly output: number;
  readonly padding: Sides;
}

/**
 * Completes an axis as benchdnn does: without an output it is computed, with as much padding after the input as before
 * it; with an output, the padding after the input is what that output asks for, and so is that before it where it is
 * not given. Padding on both sides alike is preferred where it gives the same output.
 *
 * @throws Error whose message tells what does not fit.
 */
export function completeAxis(axis: PartialAxis): Axis {
  const { input, kernel, stride, dilation, before, output } = axis;
  const extent = dilation * (kernel - 1) + 1;
  if (output === undefined) return symmetric(axis, extent, before ?? 0);
  // Zeros that the outputs reach over; negative where the last rows are not read.
  const reached = (output - 1) * stride - input + extent;
  const first = before ?? Math.max(0, Math.floor(reached / 2));
  if (lengthOf(axis, extent, 2 * first) === output) return symmetric(axis, extent, first);
  const after = reached - first;
  if (after <= -stride || after >= extent) {
    const computed = lengthOf(axis, extent, 2 * first);
    throw new Error(
      `an output of ${output} does not follow from an input of ${input}, a kernel of ${kernel}, stride ${stride}, ` +
        `padding ${first} and ${dilation - 1} skipped between taps, which give ${Math.max(0, computed)}`,
    );
  }
  return { input, kernel, stride, dilation, output, padding: [first, Math.max(0, after)] };
}

function symmetric(axis: PartialAxis, extent: number, padding: number): Axis {
  const { input, kernel, stride, dilation } = axis;
  const output = lengthOf(axis, extent, 2 * padding);
  if (output >= 1) return { input, kernel, stride, dilation, output, padding: [padding, padding] };
  throw new Error(`a kernel that spans ${extent} is larger than an input of ${input} with padding ${padding}`);
}

function lengthOf({ input, stride }: PartialAxis, extent: number, padding: number): number {
  return Math.floor((input + padding - extent) / stride) + 1;
}

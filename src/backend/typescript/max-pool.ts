import type { AdaptiveMaxPoolStep, MaxPoolStep } from '../../program/step.js';
import {
  adaptiveWindows,
  inputsOf,
  outputsOf,
  slidingWindows,
  tapsInside,
  type VolumeWindows,
} from './axis-windows.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** One plane of a pooling: where it starts in the arrays, and what to fill. */
interface PlaneTarget {
  readonly x: Float32Array;
  readonly inputStart: number;
  readonly y: Float32Array;
  readonly indices: Int32Array | undefined;
  readonly outputStart: number;
}

/** The largest value of each window and, where wanted, its flat index in the input plane. */
export function compileMaxPool(step: MaxPoolStep | AdaptiveMaxPoolStep): CompiledStep {
  const windows = step.kind === 'maxPool' ? slidingWindows(step.geometry) : adaptiveWindows(step.geometry);
  const planes = step.geometry.batch * step.geometry.channels;
  const inputs = inputsOf(windows);
  const outputs = outputsOf(windows);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      const indices = memory.optionalInt32(step.results[1]);
      for (let plane = 0; plane < planes; plane++) {
        maxOfPlane(windows, { x, inputStart: plane * inputs, y, indices, outputStart: plane * outputs });
      }
    },
  };
}

function maxOfPlane(windows: VolumeWindows, target: PlaneTarget): void {
  const [depth, height, width] = windows;
  const { x, inputStart, y, indices } = target;
  let output = target.outputStart;
  for (let od = 0; od < depth.outputs; od++) {
    for (let oh = 0; oh < height.outputs; oh++) {
      for (let ow = 0; ow < width.outputs; ow++) {
        const index = indexOfMax(x, inputStart, windows, { od, oh, ow });
        y[output] = index < 0 ? Number.NEGATIVE_INFINITY : x[inputStart + index];
        if (indices !== undefined) indices[output] = Math.max(0, index);
        output++;
      }
    }
  }
}

/** The first of the largest values, the last NaN if there is one, or −1 for a window outside the input. */
function indexOfMax(
  x: Float32Array,
  inputStart: number,
  [depth, height, width]: VolumeWindows,
  { od, oh, ow }: { od: number; oh: number; ow: number },
): number {
  if (tapsInside(depth, od) * tapsInside(height, oh) * tapsInside(width, ow) === 0) return -1;
  let found = (depth.first[od] * height.inputSize + height.first[oh]) * width.inputSize + width.first[ow];
  let max = Number.NEGATIVE_INFINITY;
  for (let d = depth.first[od]; d < depth.end[od]; d += depth.step) {
    for (let h = height.first[oh]; h < height.end[oh]; h += height.step) {
      const row = (d * height.inputSize + h) * width.inputSize;
      for (let w = width.first[ow]; w < width.end[ow]; w += width.step) {
        const value = x[inputStart + row + w];
        // A NaN compares false with everything, so it is taken here and then kept unless another NaN comes.
        if (value > max || Number.isNaN(value)) {
          max = value;
          found = row + w;
        }
      }
    }
  }
  return found;
}

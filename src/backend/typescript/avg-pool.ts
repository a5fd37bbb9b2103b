import type { AdaptiveAvgPoolStep, AvgPoolStep, LpPoolStep } from '../../program/step.js';
import {
  adaptiveWindows,
  forEachWindow,
  inputsOf,
  outputsOf,
  slidingWindows,
  tapsInside,
  type VolumeWindows,
} from './axis-windows.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { kernelVolume } from './volume.js';

/** The mean of each window; padding counts as zeros only where `countIncludePad` says so. */
export function compileAvgPool(step: AvgPoolStep | AdaptiveAvgPoolStep): CompiledStep {
  const windows = step.kind === 'avgPool' ? slidingWindows(step.geometry) : adaptiveWindows(step.geometry);
  const divisors = step.kind === 'avgPool' ? avgDivisors(step, windows) : elementsInside(windows);
  return compileSumPool(step, windows, (sum, output) => (divisors[output] === 0 ? 0 : sum / divisors[output]));
}

/** (mean of x^p over the window's part inside the input · kernel size)^(1/p) */
export function compileLpPool(step: LpPoolStep): CompiledStep {
  const windows = slidingWindows(step.geometry);
  const inside = elementsInside(windows);
  const [p] = step.scalars;
  const size = kernelVolume(step.geometry);
  const root = (sum: number, output: number) => ((sum / inside[output]) * size) ** (1 / p);
  return compileSumPool(step, windows, root, p);
}

/** Sums each window's x^power and passes the sum through `finish`. */
function compileSumPool(
  step: AvgPoolStep | AdaptiveAvgPoolStep | LpPoolStep,
  windows: VolumeWindows,
  finish: (sum: number, output: number) => number,
  power = 1,
): CompiledStep {
  const planes = step.geometry.batch * step.geometry.channels;
  const inputs = inputsOf(windows);
  const outputs = outputsOf(windows);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      for (let plane = 0; plane < planes; plane++) {
        const input = x.subarray(plane * inputs, (plane + 1) * inputs);
        forEachWindow(windows, (output, od, oh, ow) => {
          const sum = sumWindow(input, windows, { od, oh, ow }, power);
          y[plane * outputs + output] = finish(sum, output);
        });
      }
    },
  };
}

function sumWindow(
  x: Float32Array,
  [depth, height, width]: VolumeWindows,
  { od, oh, ow }: { od: number; oh: number; ow: number },
  power: number,
): number {
  let sum = 0;
  for (let d = depth.first[od]; d < depth.end[od]; d += depth.step) {
    for (let h = height.first[oh]; h < height.end[oh]; h += height.step) {
      const row = (d * height.inputSize + h) * width.inputSize;
      for (let w = width.first[ow]; w < width.end[ow]; w += width.step) {
        sum += power === 1 ? x[row + w] : x[row + w] ** power;
      }
    }
  }
  return sum;
}

/** How many elements of the input each window of a plane covers. */
function elementsInside(windows: VolumeWindows): Float64Array {
  const [depth, height, width] = windows;
  const counts = new Float64Array(outputsOf(windows));
  forEachWindow(windows, (output, od, oh, ow) => {
    counts[output] = tapsInside(depth, od) * tapsInside(height, oh) * tapsInside(width, ow);
  });
  return counts;
}

/** What the sum of each window is divided by; 0 where nothing of it is inside the input, and the mean is 0. */
function avgDivisors(step: AvgPoolStep, windows: VolumeWindows): Float64Array {
  const { countIncludePad, divisorOverride } = step.geometry;
  const [depth, height, width] = windows;
  const divisors = elementsInside(windows);
  forEachWindow(windows, (output, od, oh, ow) => {
    if (divisors[output] === 0) return;
    if (divisorOverride !== 0) divisors[output] = divisorOverride;
    else if (countIncludePad !== 0) divisors[output] = depth.spans[od] * height.spans[oh] * width.spans[ow];
  });
  return divisors;
}

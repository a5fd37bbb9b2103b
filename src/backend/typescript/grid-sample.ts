import { GRID_MODES, GRID_PADDING_MODES } from '../../geometry/records.js';
import type { GridSampleStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { GridAxis, OUTSIDE } from './grid-axis.js';

/** Reads an image wherever a grid says, between its pixels and beyond its edges. */
export function compileGridSample(step: GridSampleStep): CompiledStep {
  const { geometry } = step;
  const { batch, channels, inputHeight, inputWidth, outputHeight, outputWidth } = geometry;
  const options = {
    mode: GRID_MODES[geometry.mode],
    padding: GRID_PADDING_MODES[geometry.paddingMode],
    alignCorners: geometry.alignCorners === 1,
  };
  const rows = new GridAxis({ size: inputHeight, ...options });
  const columns = new GridAxis({ size: inputWidth, ...options });
  const inputs = inputHeight * inputWidth;
  const outputs = outputHeight * outputWidth;
  return {
    plan: PLAIN,
    run(memory) {
      const [x, grid] = step.operands.map((slot) => memory.float32(slot));
      const y = memory.float32(step.results[0]);
      for (let n = 0; n < batch; n++) {
        for (let output = 0; output < outputs; output++) {
          const at = 2 * (n * outputs + output);
          columns.locate(grid[at]);
          rows.locate(grid[at + 1]);
          for (let plane = n * channels; plane < (n + 1) * channels; plane++) {
            y[plane * outputs + output] = interpolate(x, plane * inputs, rows, columns, inputWidth);
          }
        }
      }
    },
  };
}

function interpolate(x: Float32Array, start: number, rows: GridAxis, columns: GridAxis, width: number): number {
  let sum = 0;
  for (let i = 0; i < rows.taps; i++) {
    if (rows.places[i] === OUTSIDE) continue;
    let rowSum = 0;
    for (let j = 0; j < columns.taps; j++) {
      if (columns.places[j] === OUTSIDE) continue;
      rowSum += columns.weights[j] * x[start + rows.places[i] * width + columns.places[j]];
    }
    sum += rows.weights[i] * rowSum;
  }
  return sum;
}

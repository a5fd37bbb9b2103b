import { PAD_MODES, type PadMode } from '../../geometry/records.js';
import type { PadStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** In an axis map: a position that no input value fills. */
const OUTSIDE = -1;

/** Extends each volume by one value, by its mirror image, by its edge, or by its repetition. */
export function compilePad(step: PadStep): CompiledStep {
  const { geometry } = step;
  const [value] = step.scalars;
  const { outer, inputDepth, inputHeight, inputWidth } = geometry;
  const mode = PAD_MODES[geometry.mode];
  const depth = axisMap(inputDepth, geometry.padFront, geometry.padBack, mode);
  const height = axisMap(inputHeight, geometry.padTop, geometry.padBottom, mode);
  const width = axisMap(inputWidth, geometry.padLeft, geometry.padRight, mode);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(step.operands[0]);
      const y = memory.float32(step.results[0]);
      let at = 0;
      for (let o = 0; o < outer; o++) {
        for (let d = 0; d < depth.length; d++) {
          for (let h = 0; h < height.length; h++) {
            const empty = depth[d] === OUTSIDE || height[h] === OUTSIDE;
            const row = ((o * inputDepth + depth[d]) * inputHeight + height[h]) * inputWidth;
            for (let w = 0; w < width.length; w++) y[at++] = empty || width[w] === OUTSIDE ? value : x[row + width[w]];
          }
        }
      }
    },
  };
}

/** The input position that each position of the padded axis copies. */
function axisMap(input: number, before: number, after: number, mode: PadMode): Int32Array {
  const map = new Int32Array(before + input + after);
  for (let i = 0; i < map.length; i++) map[i] = sourceOf(i - before, input, mode);
  return map;
}

function sourceOf(position: number, input: number, mode: PadMode): number {
  if (position >= 0 && position < input) return position;
  switch (mode) {
    case 'zeros':
      return OUTSIDE;
    case 'reflect':
      return position < 0 ? -position : 2 * (input - 1) - position;
    case 'replicate':
      return position < 0 ? 0 : input - 1;
    case 'circular':
      return position < 0 ? position + input : position - input;
  }
}

import { IMAGE_PAD_MODES, type ImagePadMode } from '../../geometry/records.js';
import type { ImagePadStep } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';

/** Pixels with more around them; see IMAGE_PAD_FIELDS. */
export function compileImagePad(step: ImagePadStep): CompiledStep {
  const g = step.geometry;
  const mode = IMAGE_PAD_MODES[g.mode];
  const rows = placesOf(mode, g.padTop, g.inputHeight, g.padBottom);
  const columns = placesOf(mode, g.padLeft, g.inputWidth, g.padRight);
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.any(step.operands[0]);
      const value = memory.float32(step.operands[1]);
      const y = memory.any(step.results[0]);
      let at = 0;
      for (const row of rows) {
        for (const column of columns) {
          const outside = row === OUTSIDE || column === OUTSIDE;
          const from = g.offset + row * g.rowStride + column * g.channels;
          for (let c = 0; c < g.channels; c++) y[at++] = outside ? value[c] : x[from + c];
        }
      }
    },
  };
}

const OUTSIDE = -1;

/** For each place of the padded axis the one of the input that it comes from. */
function placesOf(mode: ImagePadMode, before: number, length: number, after: number): readonly number[] {
  return Array.from({ length: before + length + after }, (_, i) => {
    const place = i - before;
    return place >= 0 && place < length ? place : paddedFrom(mode, place, length);
  });
}

function paddedFrom(mode: ImagePadMode, place: number, length: number): number {
  if (mode === 'constant') return OUTSIDE;
  if (mode === 'edge') return place < 0 ? 0 : length - 1;
  const mirrorsEdge = mode === 'symmetric';
  const period = mode === 'wrap' ? length : mirrorsEdge ? 2 * length : 2 * (length - 1);
  if (period === 0) return 0;
  const within = ((place % period) + period) % period;
  return within < length ? within : period - within - Number(mirrorsEdge);
}

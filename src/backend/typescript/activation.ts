import { type ActivationStep, NO_SLOT } from '../../program/step.js';
import { type CompiledStep, PLAIN } from './compiled-step.js';
import { type BoundEpilogue, Epilogue } from './epilogue.js';
import { scratch } from './scratch.js';

/** Values that pass through the float64 working array at a time. */
const BLOCK = 1024;

/** y = activation(x + residual): an epilogue with nothing before it. */
export function compileActivation(step: ActivationStep): CompiledStep {
  const { outer, channels, inner } = step.geometry;
  const [xSlot, residual, slope] = step.operands;
  const epilogue = new Epilogue(step.activation, { y: step.results[0], bias: NO_SLOT, residual, slope });
  return {
    plan: PLAIN,
    run(memory) {
      const x = memory.float32(xSlot);
      const bound = epilogue.bind(memory);
      if (!bound.hasChannelSlopes) {
        activateRow(x, bound, { channel: 0, from: 0, end: outer * channels * inner });
        return;
      }
      for (let row = 0; row < outer * channels; row++) {
        activateRow(x, bound, { channel: row % channels, from: row * inner, end: (row + 1) * inner });
      }
    },
  };
}

/** y = activation(y) without residual or slopes. */
export function activateInPlace(y: Float32Array, epilogue: BoundEpilogue): void {
  activateRow(y, epilogue, { channel: 0, from: 0, end: y.length });
}

function activateRow(
  x: Float32Array,
  epilogue: BoundEpilogue,
  row: { channel: number; from: number; end: number },
): void {
  const block = scratch('sums', BLOCK);
  for (let at = row.from; at < row.end; at += BLOCK) {
    const count = Math.min(BLOCK, row.end - at);
    for (let i = 0; i < count; i++) block[i] = x[at + i];
    epilogue.finish(block, 0, count, row.channel, at);
  }
}

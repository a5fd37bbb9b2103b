import { expect, it } from 'vitest';
import { createTypeScriptBackend } from '../../../src/backend/typescript/backend.js';
import { ProgramBuilder } from '../../../src/program/builder.js';
import { NO_SLOT } from '../../../src/program/step.js';

const SIZE = 4096;

/** A product with 64 MB of weights, all of them 1. */
function largeProgram() {
  const builder = new ProgramBuilder();
  const x = builder.input(SIZE);
  const weight = builder.constant(new Float32Array(SIZE * SIZE).fill(1));
  const y = builder.slot(SIZE);
  const geometry = { rows: 1, inFeatures: SIZE, outFeatures: SIZE };
  builder.step('linear', geometry, [x, weight, NO_SLOT, NO_SLOT, NO_SLOT], [y]);
  builder.output(y);
  return builder.build();
}

it('copies large weights for the workers in slices, and stops where nobody wants them', async () => {
  const backend = createTypeScriptBackend();
  const compiling = backend.compileSoon?.(largeProgram());
  expect(compiling).toBeInstanceOf(Promise);
  const executable = await compiling;
  const y = new Float32Array(SIZE);
  executable?.run([new Float32Array(SIZE).fill(2)], [y]);
  expect(y.every((value) => value === 2 * SIZE)).toBe(true);
  executable?.dispose();

  const controller = new AbortController();
  const aborted = backend.compileSoon?.(largeProgram(), controller.signal);
  controller.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
});

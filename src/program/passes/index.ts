import { atOnce, type Sliced } from '../../slices.js';
import type { Program } from '../program.js';
import { ProgramEditor, type Rewritten } from './editor.js';
import { foldAffines } from './fold-affines.js';
import { foldBatchNorms } from './fold-batch-norms.js';
import { fuseActivations } from './fuse-activations.js';
import { fuseOtherActivations, fuseSums } from './fuse-sums.js';
import { recognizeActivations } from './recognize-activations.js';
import { simplifyScalars } from './scalar-steps.js';

export type { Rewritten } from './editor.js';

/** Makes a program shorter without changing its values beyond rounding. Inputs and outputs keep their order. */
export function optimize(program: Program): Rewritten {
  return atOnce(optimizing(program));
}

/** The same in pieces. What folds into weights takes by far the longest. */
export function* optimizing(program: Program): Sliced<Rewritten> {
  const editor = new ProgramEditor(program);
  yield;
  simplifyScalars(editor);
  yield;
  recognizeActivations(editor);
  editor.sweep();
  yield* foldBatchNorms(editor);
  yield* foldAffines(editor);
  for (const pass of [fuseSums, fuseActivations, fuseOtherActivations]) {
    yield;
    pass(editor);
  }
  editor.sweep();
  yield;
  return editor.build();
}

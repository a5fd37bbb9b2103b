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
  const editor = new ProgramEditor(program);
  simplifyScalars(editor);
  recognizeActivations(editor);
  editor.sweep();
  foldBatchNorms(editor);
  foldAffines(editor);
  fuseSums(editor);
  fuseActivations(editor);
  fuseOtherActivations(editor);
  editor.sweep();
  return editor.build();
}

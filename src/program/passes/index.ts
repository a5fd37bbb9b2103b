import type { Program } from '../program.js';
import { ProgramEditor, type Rewritten } from './editor.js';
import { foldBatchNorms } from './fold-batch-norms.js';
import { fuseActivations } from './fuse-activations.js';

export type { Rewritten } from './editor.js';

/** Makes a program shorter without changing its values beyond rounding. Inputs and outputs keep their order. */
export function optimize(program: Program): Rewritten {
  const editor = new ProgramEditor(program);
  foldBatchNorms(editor);
  fuseActivations(editor);
  return editor.build();
}

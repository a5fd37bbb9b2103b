import { BINARY_OPERATIONS } from '../../geometry/records.js';
import { type ActivationStep, type BinaryStep, NO_SLOT } from '../step.js';
import { isElementwise } from './channel-walk.js';
import type { ProgramEditor } from './editor.js';
import { bareProducer, hasResidual } from './weighted.js';

/**
 * A sum of two tensors of one shape becomes the residual of the convolution or linear step that makes one of them. The
 * merged step stands where the sum stood, after everything that writes the other.
 */
export function fuseSums(editor: ProgramEditor): void {
  for (let index = 0; index < editor.stepCount; index++) {
    const step = editor.step(index);
    if (step?.kind !== 'binary' || BINARY_OPERATIONS[step.geometry.operation] !== 'add') continue;
    if (step.activation.kind === 'identity' && isElementwise(step.geometry)) fuse(editor, step, index);
  }
}

function fuse(editor: ProgramEditor, step: BinaryStep, index: number): void {
  const [a, b] = step.operands;
  const candidates = [
    { producer: bareProducer(editor, a), residual: b },
    { producer: bareProducer(editor, b), residual: a },
  ];
  // The later one: its inputs need not live any longer than they do.
  candidates.sort((x, y) => (y.producer?.index ?? -1) - (x.producer?.index ?? -1));
  for (const { producer, residual } of candidates) {
    if (producer === undefined || hasResidual(producer.step) || residual === producer.step.results[0]) continue;
    const [x, weight, bias] = producer.step.operands;
    editor.merge(producer.index, index, {
      ...producer.step,
      operands: [x, weight, bias, residual, NO_SLOT],
      results: step.results,
    });
    return;
  }
}

/** An activation of a sum, a product or a batch norm that no convolution could take is applied by the step that makes it. */
export function fuseOtherActivations(editor: ProgramEditor): void {
  for (let index = 0; index < editor.stepCount; index++) {
    const step = editor.step(index);
    if (step?.kind === 'activation' && step.activation.kind !== 'prelu') fuseInto(editor, step, index);
  }
}

function fuseInto(editor: ProgramEditor, activation: ActivationStep, index: number): void {
  const [x, residual] = activation.operands;
  const place = editor.writerOf(x);
  const producer = editor.producerOf(x);
  if (producer?.kind !== 'binary' && producer?.kind !== 'batchNorm') return;
  if (producer.activation.kind !== 'identity' || residual !== NO_SLOT || editor.readsOf(x) !== 1) return;
  editor.merge(place, index, { ...producer, results: activation.results, activation: activation.activation });
}

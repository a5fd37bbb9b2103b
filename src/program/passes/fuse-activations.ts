import { type ActivationStep, NO_SLOT } from '../step.js';
import type { ProgramEditor } from './editor.js';
import { bareProducer, hasResidual, hasSameChannels, type WeightedStep } from './weighted.js';

/**
 * Moves an activation, and the residual it adds, into the convolution or linear step that alone feeds it, so that the
 * values are finished while they are still in registers. The merged step stands where the activation stood, after
 * everything that writes the residual.
 */
export function fuseActivations(editor: ProgramEditor): void {
  for (let index = 0; index < editor.stepCount; index++) {
    const step = editor.step(index);
    if (step?.kind === 'activation') fuse(editor, step, index);
  }
}

function fuse(editor: ProgramEditor, activation: ActivationStep, index: number): void {
  const [x, residual, slope] = activation.operands;
  const producer = bareProducer(editor, x);
  if (producer === undefined) return;
  if (residual !== NO_SLOT && hasResidual(producer.step)) return;
  if (slope !== NO_SLOT && !slopeFits(editor, activation, producer.step)) return;
  const [input, weight, bias, ownResidual] = producer.step.operands;
  editor.merge(producer.index, index, {
    ...producer.step,
    operands: [input, weight, bias, residual === NO_SLOT ? ownResidual : residual, slope],
    results: activation.results,
    activation: activation.activation,
  });
}

/** One slope fits any step; one a channel must mean the step's own channels. */
function slopeFits(editor: ProgramEditor, activation: ActivationStep, producer: WeightedStep): boolean {
  return editor.sizeOf(activation.operands[2]) === 1 || hasSameChannels(producer, activation.geometry);
}

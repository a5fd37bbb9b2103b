import { UNARY_OPERATIONS, type UnaryOperation } from '../../geometry/records.js';
import { type ActivationKind, type ActivationStep, IDENTITY, NO_SLOT, type SlotId, type Step } from '../step.js';
import type { ProgramEditor } from './editor.js';
import { affineOf, productOf } from './scalar-steps.js';

/** Constants are written in decimal by exporters. */
const CLOSE = 1e-5;

/** A function of x that was found spelled out, and the slots between. */
interface Found {
  readonly x: SlotId;
  readonly between: readonly SlotId[];
}

type Finder = (editor: ProgramEditor, slot: SlotId) => Found | undefined;

/**
 * Exporters spell out activations that their operator set lacks: x · sigmoid(x), x · relu6(x + 3) / 6 and the like.
 * Each becomes one step again, which other passes can move into a convolution.
 */
export function recognizeActivations(editor: ProgramEditor): void {
  for (let index = 0; index < editor.stepCount; index++) {
    const step = editor.step(index);
    if (step?.kind !== 'binary' && step?.kind !== 'unary') continue;
    for (const [kind, find] of FINDERS) {
      const found = find(editor, step.results[0]);
      if (found === undefined) continue;
      editor.absorb(found.between, index, stepFor(kind, found.x, step, editor));
      break;
    }
  }
}

const FINDERS: readonly (readonly [ActivationKind | 'mish', Finder])[] = [
  ['hardSigmoid', hardSigmoid],
  ['hardSwish', (editor, slot) => gated(editor, slot, activation('hardSigmoid')) ?? hardSwish(editor, slot)],
  ['silu', (editor, slot) => gated(editor, slot, activation('sigmoid'))],
  ['gelu', gelu],
  ['mish', (editor, slot) => gated(editor, slot, tanhOfSoftplus)],
];

/** x · gate(x), in either order. */
function gated(editor: ProgramEditor, slot: SlotId, gate: Finder): Found | undefined {
  const factors = productOf(editor, slot);
  if (factors === undefined) return undefined;
  for (const [x, other] of [factors, [factors[1], factors[0]]]) {
    const found = gate(editor, other);
    if (found?.x === x) return { x, between: [other, ...found.between] };
  }
  return undefined;
}

/** relu6(x + 3) / 6 */
function hardSigmoid(editor: ProgramEditor, slot: SlotId): Found | undefined {
  const scaled = affineOf(editor, slot);
  if (scaled === undefined || !close(scaled.alpha, 1 / 6) || scaled.beta !== 0) return undefined;
  const found = shiftedRelu6(editor, scaled.x);
  return found && { x: found.x, between: [scaled.x, ...found.between] };
}

/** x · relu6(x + 3) / 6, where the division comes last. */
function hardSwish(editor: ProgramEditor, slot: SlotId): Found | undefined {
  const scaled = affineOf(editor, slot);
  if (scaled === undefined || !close(scaled.alpha, 1 / 6) || scaled.beta !== 0) return undefined;
  const found = gated(editor, scaled.x, shiftedRelu6);
  return found && { x: found.x, between: [scaled.x, ...found.between] };
}

function shiftedRelu6(editor: ProgramEditor, slot: SlotId): Found | undefined {
  const clipped = activated(editor, slot, 'relu6');
  const shifted = clipped && affineOf(editor, clipped.x);
  if (shifted === undefined || shifted.alpha !== 1 || !close(shifted.beta, 3)) return undefined;
  return { x: shifted.x, between: [clipped?.x as SlotId] };
}

/** x · (1 + erf(x / √2)) / 2 */
function gelu(editor: ProgramEditor, slot: SlotId): Found | undefined {
  const halved = affineOf(editor, slot);
  if (halved !== undefined && halved.beta === 0 && close(halved.alpha, 0.5)) {
    const found = gated(editor, halved.x, (_, gate) => onePlusErf(editor, gate, 1));
    return found && { x: found.x, between: [halved.x, ...found.between] };
  }
  return gated(editor, slot, (_, gate) => onePlusErf(editor, gate, 0.5));
}

/** factor · (1 + erf(x / √2)) */
function onePlusErf(editor: ProgramEditor, slot: SlotId, factor: number): Found | undefined {
  const sum = affineOf(editor, slot);
  if (sum === undefined || !close(sum.alpha, factor) || !close(sum.beta, factor)) return undefined;
  const erf = unaryOperand(editor, sum.x, 'erf');
  const scaled = erf === undefined ? undefined : affineOf(editor, erf);
  if (scaled === undefined || scaled.beta !== 0 || !close(scaled.alpha, Math.SQRT1_2)) return undefined;
  return { x: scaled.x, between: [sum.x, erf as SlotId] };
}

function tanhOfSoftplus(editor: ProgramEditor, slot: SlotId): Found | undefined {
  const tanh = activated(editor, slot, 'tanh');
  const x = tanh && unaryOperand(editor, tanh.x, 'softplus');
  return x === undefined ? undefined : { x, between: [tanh?.x as SlotId] };
}

function activation(kind: ActivationKind): Finder {
  return (editor, slot) => activated(editor, slot, kind);
}

function activated(editor: ProgramEditor, slot: SlotId, kind: ActivationKind): Found | undefined {
  const step = editor.producerOf(slot);
  if (step?.kind !== 'activation' || step.activation.kind !== kind || step.operands[1] !== NO_SLOT) return undefined;
  return { x: step.operands[0], between: [] };
}

function unaryOperand(editor: ProgramEditor, slot: SlotId, operation: UnaryOperation): SlotId | undefined {
  const step = editor.producerOf(slot);
  return step?.kind === 'unary' && UNARY_OPERATIONS[step.geometry.operation] === operation
    ? step.operands[0]
    : undefined;
}

function stepFor(
  kind: ActivationKind | 'mish',
  x: SlotId,
  { results }: Pick<Step, 'results'>,
  editor: ProgramEditor,
): Step {
  const size = editor.sizeOf(x);
  const rest = { results, algorithm: 'auto' as const };
  if (kind === 'mish') {
    const geometry = { operation: UNARY_OPERATIONS.indexOf('mish'), size };
    return { ...rest, kind: 'unary', geometry, operands: [x], scalars: [0, 0], activation: IDENTITY };
  }
  const step: ActivationStep = {
    ...rest,
    kind: 'activation',
    geometry: { outer: 1, channels: 1, inner: size },
    operands: [x, NO_SLOT, NO_SLOT],
    scalars: [],
    activation: { ...IDENTITY, kind },
  };
  return step;
}

function close(value: number, wanted: number): boolean {
  return Math.abs(value - wanted) <= CLOSE * Math.max(1, Math.abs(wanted));
}

import { type Activation, readActivation } from '../geometry/activation.js';
import type { FusedShapes } from '../geometry/checks.js';
import type { ActivationRecord } from '../program/step.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { optionalTensor } from './operands.js';

/** What is added to a convolution's sum, and the function applied to that. */
export interface FusedOptions {
  /** [outChannels], added to every pixel. */
  readonly bias?: TensorLike | null | undefined;
  /** Applied last. */
  readonly activation?: Activation | null | undefined;
  /** Of the output's shape, added before the activation. */
  readonly residual?: TensorLike | null | undefined;
}

/** Operands of a convolution or a linear layer, before anything is checked. */
export interface FusedArguments {
  readonly x: unknown;
  readonly weight: unknown;
  readonly bias?: unknown;
  readonly residual?: unknown;
  readonly activation?: unknown;
}

/** A fused operator's tensors and its activation. */
export interface Fused {
  readonly record: ActivationRecord;
  readonly operands: { readonly [Name in keyof FusedShapes]: Tensor | Extract<FusedShapes[Name], undefined> };
}

/** Coerces a fused operator's tensors, the slope in its activation among them. */
export function readFused(operator: string, given: FusedArguments): Fused {
  const { record, slope } = readActivation(operator, given.activation);
  const operands = {
    x: coerceTensor(given.x, `${operator}: x`),
    weight: coerceTensor(given.weight, `${operator}: weight`),
    bias: optionalTensor(given.bias, `${operator}: bias`),
    residual: optionalTensor(given.residual, `${operator}: residual`),
    slope: optionalTensor(slope, `${operator}: activation 'prelu': slope`),
  };
  return { record, operands };
}

/** The same names with shapes in the place of tensors. */
export function shapesOf(operands: Fused['operands']): FusedShapes {
  const { x, weight, bias, residual, slope } = operands;
  return { x: x.shape, weight: weight.shape, bias: bias?.shape, residual: residual?.shape, slope: slope?.shape };
}

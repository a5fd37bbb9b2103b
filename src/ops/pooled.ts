import type { Tensor } from '../tensor.js';
import type { CallResult } from './call.js';

/** Maxima and where they were found. */
export interface MaxPoolResult {
  /** The maxima. */
  readonly output: Tensor;
  /** One for each output, in the output's order: flat within its channel's input plane (or line, or volume). */
  readonly indices: Int32Array;
}

/** A tensor, or a tensor with indices where `returnIndices` is true. */
export type Pooled<Indices extends boolean> = Indices extends true ? MaxPoolResult : Tensor;

/** The option that asks for indices. */
export interface IndicesOption<Indices extends boolean> {
  /** Gives { output, indices } instead of the output alone. Default false. */
  readonly returnIndices?: Indices | undefined;
}

/** The result in the form that was asked for. */
export function pooled<Indices extends boolean>({ output, indices }: CallResult): Pooled<Indices> {
  return (indices === undefined ? output : { output, indices }) as Pooled<Indices>;
}

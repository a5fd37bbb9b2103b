import type { Tensor } from '../../tensor.js';
import type { BenchShape } from '../shapes/shape.js';

/** A piece of work that is ready to be timed. */
export interface Subject {
  /** What ran, where a choice was made. */
  readonly algorithm?: string;
  /** Floating-point operations of the plain sum, one run. */
  readonly operations: number;
  /** Input, weights and output, one run. */
  readonly bytes: number;
  run(): unknown;
  dispose(): void;
}

/** A convolution or a pooling with its values, so that others can do the same. */
export interface LayerWork {
  readonly shape: BenchShape;
  /** NCHW. */
  readonly x: Tensor;
  /** Of a convolution: weight and, after it, bias, as PyTorch has them. */
  readonly parameters: ReadonlyMap<string, Tensor>;
}

/** A whole network, likewise. */
export interface ModelWork {
  /** An ONNX file. */
  readonly file: string;
  /** By the inputs' names. */
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** The output that is compared. */
  readonly output: string;
}

export type Work = LayerWork | ModelWork;

/** A subject whose result can be compared with a peer's. */
export interface ComparableSubject<W extends Work = Work> extends Subject {
  readonly work: W;
  /** Its result, NCHW; of a network the output that is compared. */
  run(): Tensor;
}

const BYTES_PER_VALUE = 4;

/** Bytes of tensors with so many values. */
export function bytesOf(...values: readonly number[]): number {
  return BYTES_PER_VALUE * values.reduce((sum, count) => sum + count, 0);
}

/** Uniform in [−1, 1), the same on every machine: a linear congruential generator with the factors of Numerical Recipes. */
export function uniform(size: number, seed: number): Float32Array {
  const values = new Float32Array(size);
  let state = seed;
  // Not with `from` and a callback, which takes ten times as long: half of what a short benchmark would.
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = state / 2 ** 31;
  }
  return values;
}

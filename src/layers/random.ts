import { readInteger } from '../geometry/axes.js';
import { elementCount, type Shape } from '../shape.js';
import { zeros } from '../zeros.js';

/**
 * Uniform numbers in [0, 1), the same for the same seed on every machine.
 *
 * A Weyl sequence (a 32-bit counter that advances by the golden ratio · 2^32) is scrambled by two rounds of shift and
 * multiply, whose constants are those of MurmurHash3's finalizer; the upper 24 bits become the number, as many as a
 * float32 holds. For initial weights, not for secrets.
 */
export function uniformSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 8) / 2 ** 24;
  };
}

/**
 * Draws a weight of shape [rows, …] as PyTorch does: Kaiming uniform with a = √5, which is uniform in ±1/√fanIn with
 * fanIn the number of elements of a row.
 *
 * @see torch.nn.init.kaiming_uniform_
 */
export function drawWeight(shape: Shape, seed: number): Float32Array {
  return drawUniform(elementCount(shape, 'weight'), fanIn(shape), seed);
}

/** Draws a bias that goes with a weight, uniform in ±1/√fanIn too, from another stream of the same seed. */
export function drawBias(shape: Shape, weightShape: Shape, seed: number): Float32Array {
  return drawUniform(elementCount(shape, 'bias'), fanIn(weightShape), ~seed);
}

function fanIn(shape: Shape): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}

function drawUniform(size: number, fan: number, seed: number): Float32Array {
  const next = uniformSource(seed);
  const bound = fan === 0 ? 0 : 1 / Math.sqrt(fan);
  const values = zeros('a weight', size);
  for (let i = 0; i < size; i++) values[i] = (2 * next() - 1) * bound;
  return values;
}

/** A seed option; without one every layer is different. */
export function readSeed(context: string, value: unknown): number {
  return value === undefined ? Math.floor(Math.random() * 2 ** 32) : readInteger(`${context}: seed`, value);
}

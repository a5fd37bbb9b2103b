import { readFileSync } from 'node:fs';
import type { OperatorCase } from './specs.js';

interface StoredResult {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly type: 'float32' | 'int32';
}

/** A case with PyTorch's answer. */
export interface Golden extends OperatorCase {
  readonly scale: number;
  readonly exact: boolean;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly indices?: Int32Array;
}

export const FAMILIES = [
  'conv',
  'conv-transpose',
  'pool',
  'unpool',
  'adaptive',
  'elementwise',
  'columns',
  'signal',
  'nonfinite',
] as const;

function words(file: URL): ArrayBuffer {
  const bytes = readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** The cases of one file of test/fixtures, which scripts/make-fixtures.py writes. */
export function loadFixtures(family: (typeof FAMILIES)[number]): Golden[] {
  const folder = new URL('../fixtures/', import.meta.url);
  const cases = JSON.parse(readFileSync(new URL(`${family}.json`, folder), 'utf8')) as (Golden & {
    results: StoredResult[];
  })[];
  const buffer = words(new URL(`${family}.bin`, folder));
  return cases.map(({ results, ...golden }) => {
    const [first, second] = results;
    const length = (stored: StoredResult) => stored.shape.reduce((product, size) => product * size, 1);
    const values = new Float32Array(buffer, first.offset * 4, length(first));
    if (second === undefined) return { ...golden, shape: first.shape, values };
    return {
      ...golden,
      shape: first.shape,
      values,
      indices: new Int32Array(buffer, second.offset * 4, length(second)),
    };
  });
}

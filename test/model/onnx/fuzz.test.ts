import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { readOnnx } from '../../../src/model/onnx/read.js';
import { type ModelSpec, writeOnnx } from '../../support/onnx-writer.js';
import { assertProperty } from '../../support/property.js';
import { concat, varint } from '../../support/protobuf-writer.js';
import { CONV } from './support.js';

const values = Array.from({ length: 40 }, (_, i) => i);

/** Every encoding, kind of attribute and nesting. */
const RICH: ModelSpec = {
  ...CONV,
  opsets: { 'com.example': 1 },
  nodes: [
    { operator: 'Constant', outputs: ['c'], attributes: { value: { tensor: { shape: [4, 10], values } } } },
    { operator: 'If', inputs: ['x'], outputs: ['i'], attributes: { then_branch: { graph: CONV } } },
    {
      operator: 'Op',
      domain: 'com.example',
      inputs: ['c', '', 'half'],
      outputs: ['o', 'p'],
      attributes: { a: { float: 1 }, b: { floats: [1, 2] }, c: { strings: ['a', 'b'] }, d: { int: -1 } },
    },
    ...CONV.nodes!,
  ],
  initializers: {
    ...CONV.initializers,
    half: { type: 'float16', shape: [40], values },
    bytes: { type: 'uint8', shape: [40], values, encoding: 'packed' },
    longs: { type: 'int64', shape: [5, 8], values, encoding: 'field' },
    doubles: { type: 'float64', shape: [40], values, encoding: 'packed' },
    singles: { shape: [40], values, encoding: 'field' },
  },
};

const FILES = [writeOnnx(CONV), writeOnnx(RICH)];

/** What happens to a file, at a place that is given as a share of its length. */
interface Mutation {
  readonly kind: 'flip' | 'cut' | 'set' | 'grow' | 'number' | 'splice' | 'drop';
  readonly at: number;
  readonly from: number;
  readonly value: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'set', 'grow', 'number', 'splice', 'drop'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  from: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  value: fc.nat(255),
});

function mutate(file: Uint8Array, { kind, at, from, value }: Mutation): Uint8Array {
  if (file.length === 0) return file;
  const [place, other] = [at, from].map((share) => Math.floor(share * file.length));
  const [head, tail] = [file.subarray(0, place), file.subarray(place)];
  switch (kind) {
    case 'flip':
      return file.with(place, file[place] ^ (1 << (value & 7)));
    case 'cut':
      return head;
    case 'set':
      return file.with(place, value);
    case 'grow':
      return file.with(place, file[place] + (value % 9) - 4);
    case 'number':
      return concat([head, varint(2n ** BigInt(value & 63)), tail.subarray(1)]);
    case 'splice':
      return concat([head, file.subarray(other, other + value), tail]);
    case 'drop':
      return concat([head, tail.subarray(1 + (value & 15))]);
  }
}

/** Objects aside, a value of one byte may become a double, and be held in between: nothing may cost more. */
const MEMORY_PER_BYTE = 16;

function attempt(file: Uint8Array): void {
  const before = process.memoryUsage().arrayBuffers;
  try {
    readOnnx(file);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    // A RangeError would be an allocation that failed, which should never have been tried.
    expect(error.cause).toBeUndefined();
  }
  const taken = process.memoryUsage().arrayBuffers - before;
  expect(taken).toBeLessThan(MEMORY_PER_BYTE * file.length + 2 ** 16);
}

// The table of half floats is made once, and is larger than these files.
beforeAll(() => {
  for (const file of FILES) readOnnx(file);
});

describe('a file that is broken at random', () => {
  it('is read or refused with a ModelError, in memory that its size bounds', async () => {
    const broken = fc.tuple(fc.nat(FILES.length - 1), fc.array(mutation, { minLength: 1, maxLength: 4 }));
    await assertProperty(broken, 6000, ([index, mutations]) => attempt(mutations.reduce(mutate, FILES[index])));
  });

  it('is so at every cut, and with every byte at its extremes', () => {
    for (let at = 0; at < FILES[0].length; at++) {
      attempt(FILES[0].subarray(0, at));
      for (const value of [0, 0x7f, 0x80, 0xff]) attempt(FILES[0].with(at, value));
    }
  });

  it('is bytes without any sense', async () => {
    await assertProperty(fc.uint8Array({ maxLength: 200 }), 1000, attempt);
  });
});

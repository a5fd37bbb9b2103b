import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/backend/typescript/fold.js';
import { BINARY_OPERATIONS, type BinaryOperation, REDUCE_OPERATIONS } from '../../../src/geometry/records.js';
import { ProgramBuilder } from '../../../src/program/builder.js';
import { SLOT_ARRAYS } from '../../../src/program/program.js';
import { type GeometryOf, type SlotId, STEP_KINDS, type StepKind } from '../../../src/program/step.js';
import { EVERY_KIND } from '../native/every-kind.js';
import { backend } from './support.js';

/** What INT64_MAX is as a number: the nearest one. */
const INT64_MAX = 2 ** 63;

/** The results of one step on float64 inputs. */
function fold<Kind extends StepKind>(
  kind: Kind,
  geometry: GeometryOf<Kind>,
  inputs: readonly (readonly number[])[],
  size: number,
): number[] {
  const builder = new ProgramBuilder();
  const y = builder.slot(size);
  builder.step(
    kind,
    geometry,
    inputs.map((input) => builder.input(input.length)),
    [y],
  );
  builder.output(y);
  return Array.from(evaluate(builder.build(), inputs)[0]);
}

function rowGeometry(length: number) {
  const sizes = { size0: 1, size1: 1, size2: 1, size3: 1, size4: 1, size5: length };
  const a = { a0: 0, a1: 0, a2: 0, a3: 0, a4: 0, a5: 1 };
  const b = { b0: 0, b1: 0, b2: 0, b3: 0, b4: 0, b5: 1 };
  return { sizes, a, b };
}

function binary(operation: BinaryOperation, x: readonly number[], y: readonly number[]): number[] {
  const { sizes, a, b } = rowGeometry(x.length);
  return fold('binary', { operation: BINARY_OPERATIONS.indexOf(operation), ...sizes, ...a, ...b }, [x, y], x.length);
}

const BIG = 2 ** 53 - 1;

describe('evaluate', () => {
  it('calculates with whole numbers up to 2^53', () => {
    expect(binary('add', [BIG - 1, -BIG], [1, 1])).toEqual([BIG, 1 - BIG]);
    expect(binary('mul', [94906265], [94906266])).toEqual([94906265 * 94906266]);
    expect(binary('intDiv', [BIG, BIG - 1, -BIG], [2, 2, 3])).toEqual([2 ** 52 - 1, 2 ** 52 - 1, -3002399751580330]);
    expect(binary('mod', [BIG, -BIG], [1000, 1000])).toEqual([991, 9]);
    expect(binary('equal', [BIG, BIG], [BIG, BIG - 1])).toEqual([1, 0]);
  });

  it('calculates with the largest integers that mean "to the end"', () => {
    expect(binary('min', [INT64_MAX, 2 ** 24 + 1], [2 ** 24 + 1, INT64_MAX])).toEqual([2 ** 24 + 1, 2 ** 24 + 1]);
    expect(binary('greater', [INT64_MAX, -INT64_MAX], [BIG, BIG])).toEqual([1, 0]);
    expect(binary('sub', [INT64_MAX], [INT64_MAX])).toEqual([0]);
  });

  it('copies such numbers as they are', () => {
    const x = [BIG, -BIG, 2 ** 24 + 1, INT64_MAX];
    const { sizes, a, b } = rowGeometry(4);
    const backwards = { offset: 3, stride0: 0, stride1: 0, stride2: 0, stride3: 0, stride4: 0, stride5: -1 };
    expect(fold('strided', { ...backwards, ...sizes }, [x], 4)).toEqual(x.toReversed());
    expect(fold('concat', { outer: 1, inner: 1 }, [x, [BIG]], 5)).toEqual([...x, BIG]);
    expect(fold('gather', { outer: 1, length: 4, inner: 1, count: 2 }, [x, [-1, 0]], 2)).toEqual([INT64_MAX, BIG]);
    expect(fold('transpose', { batch: 1, rows: 2, columns: 2 }, [x], 4)).toEqual([x[0], x[2], x[1], x[3]]);
    const condition = { condition0: 0, condition1: 0, condition2: 0, condition3: 0, condition4: 0, condition5: 1 };
    expect(fold('where', { ...sizes, ...condition, ...a, ...b }, [[1, 0, 1, 0], x, [5, BIG - 1, 7, 8]], 4)).toEqual([
      BIG,
      BIG - 1,
      2 ** 24 + 1,
      8,
    ]);
    const max = REDUCE_OPERATIONS.indexOf('max');
    expect(fold('reduce', { operation: max, outer: 1, length: 2, inner: 2 }, [x], 2)).toEqual([BIG, INT64_MAX]);
  });

  it('keeps whole numbers in int32 slots, and reshapes without copying', () => {
    const builder = new ProgramBuilder();
    const x = builder.input(2);
    const [whole, back, y] = [builder.slot(2, 'int32'), builder.slot(2), builder.slot(2)];
    builder.step('convert', { size: 2 }, [x], [whole]);
    builder.step('convert', { size: 2 }, [whole], [back]);
    builder.step('reshape', { size: 2 }, [back], [y]);
    for (const slot of [y, x]) builder.output(slot);
    expect(evaluate(builder.build(), [[BIG, -1.5]]).map((values) => [...values])).toEqual([
      [BIG, -1],
      [BIG, -1.5],
    ]);
  });

  it('reads constants, and leaves them and the inputs alone', () => {
    const builder = new ProgramBuilder();
    const constant = Float32Array.of(1, 2);
    const operands: SlotId[] = [builder.input(2), builder.constant(constant)];
    const { sizes, a, b } = rowGeometry(2);
    const y = builder.slot(2);
    const activation = { kind: 'relu', alpha: 0, beta: 0 } as const;
    builder.step('binary', { operation: 0, ...sizes, ...a, ...b }, operands, [y], { activation });
    for (const slot of [y, operands[1]]) builder.output(slot);
    const input = Float64Array.of(-5, 2 ** 40);
    const [sum, copy] = evaluate(builder.build(), [input]);
    expect([...sum]).toEqual([0, 2 ** 40 + 2]);
    copy.fill(9);
    sum.fill(9);
    expect([...constant, ...input]).toEqual([1, 2, -5, 2 ** 40]);
  });

  it('refuses an index that is out of range', () => {
    expect(() => fold('gather', { outer: 1, length: 2, inner: 1, count: 1 }, [[1, 2], [2]], 1)).toThrow(
      'gather: index 2 is out of range for an axis of 2',
    );
  });

  it.each(STEP_KINDS)('gives what a run gives: %s', (kind) => {
    const program = EVERY_KIND[kind];
    const inputs = program.inputs.map((slot, i) => {
      const { size, type } = program.slots[slot];
      const values = Array.from({ length: size }, (_, at) => ((at * 7 + i) % 11) / 8 + 0.25);
      return SLOT_ARRAYS[type].from(type === 'float32' ? values : values.keys());
    });
    const outputs = program.outputs.map((slot) => {
      const { size, type } = program.slots[slot];
      return new SLOT_ARRAYS[type](size);
    });
    backend.compile(program).run(inputs, outputs);
    evaluate(program, inputs).forEach((values, i) => {
      expect(values).toBeInstanceOf(Float64Array);
      expect(Float32Array.from(values)).toEqual(Float32Array.from(outputs[i]));
    });
  });
});

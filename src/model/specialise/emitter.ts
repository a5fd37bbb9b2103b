import { ModelError } from '../../errors.js';
import type { Plan } from '../../geometry/plan.js';
import { ProgramBuilder, type StepExtras } from '../../program/builder.js';
import { lower } from '../../program/lower.js';
import { type GeometryOf, NO_SLOT, type SlotId, type StepKind } from '../../program/step.js';
import { elementCount, formatShape, type Shape } from '../../shape.js';
import type { ElementType } from '../onnx/types.js';
import { asFloat32, type Folder, type Folding } from './fold.js';
import { foldingCost } from './folding-cost.js';
import type { Limits } from './limits.js';
import { emptyValue, isFloat, isKnown, type KnownValue, knownValue, type Numbers, type Value } from './value.js';

/** What a result is, besides its numbers. */
export interface ResultFacts {
  readonly shape: Shape;
  readonly type: ElementType;
}

/** A step with one result. */
export interface StepRequest<Kind extends StepKind> {
  readonly kind: Kind;
  readonly geometry: GeometryOf<Kind>;
  /** undefined where the step's operand is absent. */
  readonly operands: readonly (Value | undefined)[];
  readonly shape: Shape;
  readonly type?: ElementType | undefined;
  readonly extras?: StepExtras | undefined;
}

/** A step with several. */
export interface StepsRequest<Kind extends StepKind> extends Omit<StepRequest<Kind>, 'shape' | 'type'> {
  readonly results: readonly ResultFacts[];
}

/** Appends steps over the slots of operands, and gives the slots of the results. */
type Append = (builder: ProgramBuilder, slots: readonly (SlotId | undefined)[]) => readonly SlotId[];

/** Appends steps to a program, over Values instead of slots. What depends on known numbers only is computed at once. */
export class Emitter {
  readonly builder: ProgramBuilder;
  readonly limits: Limits;
  readonly #folder: Folder;
  readonly #constants = new Map<Numbers, SlotId>();
  /** What may still be computed before anything runs. */
  #foldingLeft: number;

  constructor(folder: Folder, limits: Limits) {
    this.builder = new ProgramBuilder(limits.tensorBytes);
    this.limits = limits;
    this.#folder = folder;
    this.#foldingLeft = limits.folding;
  }

  step<Kind extends StepKind>(request: StepRequest<Kind>): Value {
    const { shape, type = 'float32', ...rest } = request;
    return this.steps({ ...rest, results: [{ shape, type }] })[0];
  }

  steps<Kind extends StepKind>({ kind, geometry, operands, results, extras }: StepsRequest<Kind>): Value[] {
    const sizes = results.map(({ shape }) => sizeOfResult(shape, kind));
    if (sizes.every((size) => size === 0)) return results.map(({ shape, type }) => emptyValue(shape, type));
    const append: Append = (builder, slots) => {
      const written = sizes.map((size) => builder.slot(size));
      const read = slots.map((slot) => slot ?? NO_SLOT);
      builder.step(kind, geometry, read, written, extras);
      return written;
    };
    return this.#append(operands, results, () => JSON.stringify([kind, geometry, extras]), append);
  }

  /** Appends what shape logic planned; operands by their names in STEP_TABLE. The result is of x's type. */
  plan(plan: Plan, operands: Readonly<Record<string, Value | undefined>>, type = operands.x?.type ?? 'float32'): Value {
    const shape = plan.outputShape;
    if (sizeOfResult(shape, plan.kind) === 0) return emptyValue(shape, type);
    const names = Object.keys(operands);
    const append: Append = (builder, slots) => {
      const named = Object.fromEntries(names.map((name, i) => [name, slots[i]]));
      if (named.indices !== undefined) named.indices = converted(builder, named.indices);
      return [lower(builder, plan, named).y];
    };
    return this.#append(Object.values(operands), [{ shape, type }], () => JSON.stringify([plan, names]), append)[0];
  }

  /** The same for a pooling whose indices are wanted too. */
  planWithIndices(plan: Plan, x: Value): { readonly y: Value; readonly indices: Value } {
    const shape = plan.outputShape;
    const append: Append = (builder, [slot]) => {
      const { y, indices } = lower(builder, plan, { x: slot }, { indices: true });
      const places = builder.slot(elementCount(shape, plan.kind));
      builder.step('convert', { size: elementCount(shape, plan.kind) }, [indices], [places]);
      return [y, places];
    };
    const facts: ResultFacts[] = [
      { shape, type: x.type },
      { shape, type: 'int64' },
    ];
    if (shape.includes(0)) return { y: emptyValue(shape, x.type), indices: emptyValue(shape, 'int64') };
    const [y, indices] = this.#append([x], facts, () => JSON.stringify([plan, 'indices']), append);
    return { y, indices };
  }

  /** The slot of a value in this program; known numbers become a constant. */
  slot(value: Value): SlotId {
    if (!isKnown(value)) return value.slot;
    let slot = this.#constants.get(value.known);
    if (slot === undefined) {
      slot = this.builder.constant(asFloat32(value.known), true);
      this.#constants.set(value.known, slot);
    }
    return slot;
  }

  #append(
    operands: readonly (Value | undefined)[],
    results: readonly ResultFacts[],
    work: () => string,
    append: Append,
  ): Value[] {
    if (operands.every((operand) => operand === undefined || isKnown(operand))) {
      const folded = this.#fold(operands as readonly (KnownValue | undefined)[], results, work, append);
      if (folded !== undefined) return folded;
    }
    const slots = append(
      this.builder,
      operands.map((operand) => operand && this.slot(operand)),
    );
    return results.map(({ shape, type }, i) => ({ shape, type, slot: slots[i] }));
  }

  /** What follows from known numbers; undefined where that is so much that it is left to the program, which has threads. */
  #fold(
    operands: readonly (KnownValue | undefined)[],
    results: readonly ResultFacts[],
    work: () => string,
    append: Append,
  ): Value[] | undefined {
    const builder = new ProgramBuilder(this.limits.tensorBytes);
    const read = operands.map((operand) => operand && builder.input(operand.known.length));
    for (const slot of append(builder, read)) builder.output(slot);
    const program = builder.build();
    const present = operands.filter((operand) => operand !== undefined);
    const folding: Folding = {
      operands: present.map(({ known }) => known),
      program,
      // Which operands are absent matters as well.
      work: `${work()}${read.map((slot) => slot ?? '-')}`,
      single: results.map(({ type }) => isFloat(type)),
    };
    const computed = this.#folder.fold(folding, () => this.#affords(foldingCost(program)));
    return computed && results.map(({ shape, type }, i) => knownValue(computed[i], shape, type));
  }

  #affords(cost: number): boolean {
    if (!(cost <= this.#foldingLeft)) return false;
    this.#foldingLeft -= cost;
    return true;
  }
}

/** @throws ModelError where a size is none: it may be computed of numbers that came with a feed. */
function sizeOfResult(shape: Shape, context: string): number {
  if (!shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new ModelError(`the result would have the shape ${formatShape(shape)}`);
  }
  return elementCount(shape, context);
}

/** Places of a pooling come in float32 slots like all numbers, and go in int32 ones. */
function converted(builder: ProgramBuilder, slot: SlotId): SlotId {
  const size = builder.sizeOf(slot);
  const result = builder.slot(size, 'int32');
  builder.step('convert', { size }, [slot], [result]);
  return result;
}

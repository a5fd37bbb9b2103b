import type { SlotId } from '../../program/step.js';
import { elementCount, type Shape } from '../../shape.js';
import type { ElementType } from '../onnx/types.js';

/** Numbers that are known before a program runs. */
export type Numbers = Float32Array | Float64Array;

/**
 * What an ONNX value is while a graph becomes a program: numbers that are known already, or a slot of the program.
 * Slots carry no shape, so that reshaping makes a new Value of the same slot.
 */
export type Value = KnownValue | SlotValue;

export interface KnownValue {
  readonly shape: Shape;
  readonly type: ElementType;
  readonly known: Numbers;
}

export interface SlotValue {
  readonly shape: Shape;
  readonly type: ElementType;
  readonly slot: SlotId;
}

export function isKnown(value: Value): value is KnownValue {
  return 'known' in value;
}

/** Numbers of a value, whatever the shape. */
export function sizeOf(value: Value): number {
  return elementCount(value.shape, 'value');
}

/** Whole numbers: what ONNX divides towards zero, and whose casts truncate. */
export function isInteger(type: ElementType): boolean {
  return type.startsWith('int') || type.startsWith('uint');
}

/** What float32 can hold as ONNX means it; float64 keeps its precision while it is known. */
export function isFloat(type: ElementType): boolean {
  return type === 'float32' || type === 'float16' || type === 'bfloat16';
}

/** The same numbers under another shape, and perhaps another type. */
export function reshaped(value: Value, shape: Shape, type = value.type): Value {
  return { ...value, shape: Object.freeze([...shape]), type };
}

export function knownValue(known: Numbers, shape: Shape, type: ElementType): KnownValue {
  return { known, shape: Object.freeze([...shape]), type };
}

/** A list of whole numbers, as shape arithmetic works on. */
export function knownInts(values: readonly number[], type: ElementType = 'int64'): KnownValue {
  return knownValue(Float64Array.from(values), [values.length], type);
}

/** A result without numbers needs no step. */
export function emptyValue(shape: Shape, type: ElementType): KnownValue {
  return knownValue(new Float64Array(0), shape, type);
}

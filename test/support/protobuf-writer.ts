/**
 * Fields of protobuf messages as bytes, simple rather than fast. A field is a varint tag, `number << 3 | wire type`, and
 * a value.
 *
 * @see https://protobuf.dev/programming-guides/encoding
 */
export type Field = Uint8Array;

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

/** Negative numbers are written as what they are modulo 2^64. */
export function varint(value: number | bigint): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.of(...out, Number(rest));
}

export function tag(number: number, wireType: number): Uint8Array {
  return varint((BigInt(number) << 3n) | BigInt(wireType));
}

export function integer(number: number, value: number | bigint): Field {
  return concat([tag(number, 0), varint(value)]);
}

export function bytes(number: number, content: Uint8Array): Field {
  return concat([tag(number, 2), varint(content.length), content]);
}

export function text(number: number, content: string): Field {
  return bytes(number, new TextEncoder().encode(content));
}

export function message(number: number, fields: readonly Field[]): Field {
  return bytes(number, concat(fields));
}

export function float(number: number, value: number): Field {
  return concat([tag(number, 5), fixed32(value)]);
}

export function integers(number: number, values: readonly (number | bigint)[], packed: boolean): Field[] {
  if (packed) return [bytes(number, concat(values.map(varint)))];
  return values.map((value) => integer(number, value));
}

export function floats(number: number, values: readonly number[], packed: boolean): Field[] {
  if (packed) return [bytes(number, concat(values.map(fixed32)))];
  return values.map((value) => float(number, value));
}

export function doubles(number: number, values: readonly number[], packed: boolean): Field[] {
  if (packed) return [bytes(number, concat(values.map(fixed64)))];
  return values.map((value) => concat([tag(number, 1), fixed64(value)]));
}

function fixed32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setFloat32(0, value, true);
  return out;
}

function fixed64(value: number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setFloat64(0, value, true);
  return out;
}

/** How the numbers of a safetensors file become float32. Integers are not weights; they are refused by name. */

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export interface FloatType {
  readonly bytes: number;
  /** `raw` holds target.length little-endian values of this type. */
  read(raw: Uint8Array, target: Float32Array): void;
}

function viewOf(raw: Uint8Array): DataView {
  return new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
}

function readFloat32(raw: Uint8Array, target: Float32Array): void {
  if (LITTLE_ENDIAN) {
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(raw);
    return;
  }
  const view = viewOf(raw);
  for (let i = 0; i < target.length; i++) target[i] = view.getFloat32(4 * i, true);
}

function readFloat64(raw: Uint8Array, target: Float32Array): void {
  const view = viewOf(raw);
  for (let i = 0; i < target.length; i++) target[i] = view.getFloat64(8 * i, true);
}

/** A bfloat16 is the upper half of a float32. */
function readBfloat16(raw: Uint8Array, target: Float32Array): void {
  const view = viewOf(raw);
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < target.length; i++) bits[i] = view.getUint16(2 * i, true) << 16;
}

function readFloat16(raw: Uint8Array, target: Float32Array): void {
  const view = viewOf(raw);
  for (let i = 0; i < target.length; i++) target[i] = halfToNumber(view.getUint16(2 * i, true));
}

/** The value of an IEEE 754 binary16: sign, 5 exponent bits with bias 15, 10 fraction bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Writes `values` as little-endian float32 at the start of `raw`. */
export function writeFloat32(values: Float32Array, raw: Uint8Array): void {
  if (LITTLE_ENDIAN) {
    raw.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return;
  }
  const view = viewOf(raw);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i], true);
}

export const FLOAT_TYPES: ReadonlyMap<string, FloatType> = new Map([
  ['F32', { bytes: 4, read: readFloat32 }],
  ['F16', { bytes: 2, read: readFloat16 }],
  ['BF16', { bytes: 2, read: readBfloat16 }],
  ['F64', { bytes: 8, read: readFloat64 }],
]);

/** Bytes a value of the format's other types, so that even a tensor that is skipped is checked. */
export const OTHER_TYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['F8_E4M3', 1],
  ['F8_E5M2', 1],
  ['I16', 2],
  ['U16', 2],
  ['I32', 4],
  ['U32', 4],
  ['I64', 8],
  ['U64', 8],
]);

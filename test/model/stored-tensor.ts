import type { Archive, Blob } from '../support/archive.js';

/** A tensor of an archive, in the bytes of its own ONNX type. */
export interface StoredTensor {
  readonly name: string;
  readonly type: keyof typeof FROM_BYTES;
  readonly shape: readonly number[];
  readonly blob: Blob;
}

/** What a model is fed with, whatever the type of its input. */
export interface Feed {
  readonly data: ReturnType<(typeof FROM_BYTES)[StoredTensor['type']]>;
  readonly shape: readonly number[];
}

/** Floating point of any width is fed as float32, booleans as bytes, integers as they are. */
const FROM_BYTES = {
  float: (bytes: ArrayBuffer) => new Float32Array(bytes),
  double: (bytes: ArrayBuffer) => Float32Array.from(new Float64Array(bytes)),
  float16: (bytes: ArrayBuffer) => Float32Array.from(new Uint16Array(bytes), halfToNumber),
  bfloat16: (bytes: ArrayBuffer) =>
    new Float32Array(Uint32Array.from(new Uint16Array(bytes), (bits) => bits << 16).buffer),
  int8: (bytes: ArrayBuffer) => new Int8Array(bytes),
  int16: (bytes: ArrayBuffer) => new Int16Array(bytes),
  int32: (bytes: ArrayBuffer) => new Int32Array(bytes),
  int64: (bytes: ArrayBuffer) => new BigInt64Array(bytes),
  uint8: (bytes: ArrayBuffer) => new Uint8Array(bytes),
  uint16: (bytes: ArrayBuffer) => new Uint16Array(bytes),
  uint32: (bytes: ArrayBuffer) => new Uint32Array(bytes),
  uint64: (bytes: ArrayBuffer) => new BigUint64Array(bytes),
  bool: (bytes: ArrayBuffer) => new Uint8Array(bytes),
};

/** IEEE 754's binary16: 1 sign bit, 5 of exponent, 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

export function readFeed(archive: Archive<unknown>, { type, shape, blob }: StoredTensor): Feed {
  return { data: FROM_BYTES[type](archive.bytes(blob).buffer), shape };
}

/** The values as a model returns them: float32, whatever the type of its output. */
export function readValues(archive: Archive<unknown>, tensor: StoredTensor): Float32Array {
  return Float32Array.from(readFeed(archive, tensor).data as ArrayLike<number | bigint>, Number);
}

import { halfToNumber } from '../../weights/dtypes.js';
import { TENSOR } from './field-numbers.js';
import type { ElementType, OnnxTensor } from './types.js';
import { saturate } from './wire.js';

type Data = OnnxTensor['data'];

/** How the values of one element type are kept in a file, and become what an OnnxTensor holds. */
export interface ElementFormat {
  readonly type: ElementType;
  /** Of one value in raw data. */
  readonly bytes: number;
  /** The field of a TensorProto that holds values which are not raw. */
  readonly field: number;
  /** `raw` holds whole values, little-endian; the result is a view of it where that is possible. */
  fromRaw(raw: Uint8Array): Data;
  /** `forEach` passes on `count` values of the field; the result tells the first that the type cannot hold, if any. */
  fromField(count: number, forEach: (put: (value: number) => void) => void): { data: Data; misfit?: number };
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Raw data where a typed array can stand on it. Protobuf aligns nothing, so most of it has to move. */
function inMachineOrder(raw: Uint8Array, width: number): Uint8Array {
  if (LITTLE_ENDIAN || width === 1) return raw.byteOffset % width === 0 ? raw : raw.slice();
  const copy = raw.slice();
  const swapped = Buffer.from(copy.buffer);
  if (width === 2) swapped.swap16();
  else if (width === 4) swapped.swap32();
  else swapped.swap64();
  return copy;
}

type Stored =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

interface StoreConstructor<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

function view<T>(Store: StoreConstructor<T>, raw: Uint8Array): T {
  const bytes = inMachineOrder(raw, Store.BYTES_PER_ELEMENT);
  return new Store(bytes.buffer, bytes.byteOffset, bytes.length / Store.BYTES_PER_ELEMENT);
}

/** Types that a typed array of numbers holds: fields fill one, raw data is one, and `decode` goes on from there. */
function narrow<T extends Stored>(
  type: ElementType,
  field: number,
  Store: StoreConstructor<T>,
  decode: (stored: T) => Data,
): ElementFormat {
  return {
    type,
    bytes: Store.BYTES_PER_ELEMENT,
    field,
    fromRaw: (raw) => decode(view(Store, raw)),
    fromField(count, forEach) {
      const stored = new Store(count);
      let [index, misfit]: [number, number | undefined] = [0, undefined];
      forEach((value) => {
        stored[index] = value;
        if (!Object.is(stored[index++], value)) misfit ??= value;
      });
      return { data: decode(stored), ...(misfit === undefined ? {} : { misfit }) };
    },
  };
}

/** 64-bit integers, which only BigInt arrays hold exactly. */
function wide(
  type: ElementType,
  field: number,
  Store: StoreConstructor<BigInt64Array> | StoreConstructor<BigUint64Array>,
): ElementFormat {
  return {
    type,
    bytes: 8,
    field,
    fromRaw(raw) {
      const stored: BigInt64Array | BigUint64Array = view<BigInt64Array | BigUint64Array>(Store, raw);
      const data = new Float64Array(stored.length);
      for (let i = 0; i < data.length; i++) data[i] = saturate(Number(stored[i]));
      return data;
    },
    fromField(count, forEach) {
      const data = new Float64Array(count);
      let index = 0;
      forEach((value) => {
        data[index++] = value;
      });
      return { data };
    },
  };
}

let halves: Float32Array | undefined;

/** A table of all 65536 values: ten times as fast as taking each apart. */
function decodeHalves(bits: Uint16Array): Float32Array {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, pattern) => halfToNumber(pattern));
  const table = halves;
  const data = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) data[i] = table[bits[i]];
  return data;
}

/** A bfloat16 is the upper half of a float32. */
function decodeBrains(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
  return new Float32Array(words.buffer);
}

function decodeBooleans(stored: Uint8Array): Float64Array {
  const data = new Float64Array(stored.length);
  for (let i = 0; i < stored.length; i++) data[i] = stored[i] === 0 ? 0 : 1;
  return data;
}

const same = <T extends Data>(values: T): T => values;
const toDoubles = (values: Stored): Float64Array => new Float64Array(values);

/** By TensorProto.DataType; text is not among them, since no tensor of it is ever read. */
export const ELEMENT_FORMATS: ReadonlyMap<number, ElementFormat> = new Map([
  [1, narrow('float32', TENSOR.floatData, Float32Array, same)],
  [2, narrow('uint8', TENSOR.int32Data, Uint8Array, toDoubles)],
  [3, narrow('int8', TENSOR.int32Data, Int8Array, toDoubles)],
  [4, narrow('uint16', TENSOR.int32Data, Uint16Array, toDoubles)],
  [5, narrow('int16', TENSOR.int32Data, Int16Array, toDoubles)],
  [6, narrow('int32', TENSOR.int32Data, Int32Array, toDoubles)],
  [7, wide('int64', TENSOR.int64Data, BigInt64Array)],
  [9, narrow('bool', TENSOR.int32Data, Uint8Array, decodeBooleans)],
  [10, narrow('float16', TENSOR.int32Data, Uint16Array, decodeHalves)],
  [11, narrow('float64', TENSOR.doubleData, Float64Array, same)],
  [12, narrow('uint32', TENSOR.uint64Data, Uint32Array, toDoubles)],
  [13, wide('uint64', TENSOR.uint64Data, BigUint64Array)],
  [16, narrow('bfloat16', TENSOR.int32Data, Uint16Array, decodeBrains)],
]);

/** TensorProto.DataType of text. */
export const STRING_CODE = 8;

/** The name of a TensorProto.DataType, or undefined where nothing here can hold it. */
export function elementTypeOf(code: number): ElementType | undefined {
  return code === STRING_CODE ? 'string' : ELEMENT_FORMATS.get(code)?.type;
}

/** What a message says of a type that `elementTypeOf` does not know. */
export function unknownType(code: number): string {
  if (code === 0) return 'has no element type';
  const known = [...ELEMENT_FORMATS.values()].map(({ type }) => type).join(', ');
  return `has the element type ${code} of ONNX, which is not supported (${known} are)`;
}

import { types } from 'node:util';
import { ArgumentError, ModelError } from '../errors.js';
import { coerceTensor, Tensor, type TensorLike } from '../tensor.js';
import { describe, typedArrayKind } from '../values.js';
import { FLOAT_TYPES, writeFloat32 } from './dtypes.js';
import { PREFIX_BYTES, parseHeader, readHeaderLength, type TensorEntry } from './header.js';

/** Tensors by name, in PyTorch's manner: 'weight', '0.bias', 'layer1.0.conv1.weight'. */
export type Weights = Readonly<Record<string, TensorLike>> | ReadonlyMap<string, TensorLike>;

/** PyTorch counts batches in an int64 that inference never needs; the one integer that files commonly have. */
const SKIPPED = /(^|\.)num_batches_tracked$/;

/**
 * Encodes tensors as a safetensors file of type F32.
 *
 * @throws ModelError on a name that the format reserves; ArgumentError where `weights` is no Map of tensors
 * @see https://huggingface.co/docs/safetensors "Format"
 */
export function encodeSafetensors(weights: ReadonlyMap<string, Tensor>): Uint8Array {
  if (!types.isMap(weights)) {
    throw new ArgumentError(
      `encodeSafetensors: weights must be a Map of tensors by name, as layer.parameters() gives, but got ${describe(weights)}`,
    );
  }
  const header: [string, object][] = [];
  let dataBytes = 0;
  for (const [name, tensor] of weights) {
    const { data, shape } = coerceTensor(tensor, `encodeSafetensors: '${name}'`);
    if (name === '__metadata__') throw new ModelError("saveWeights: the format reserves the name '__metadata__'");
    header.push([name, { dtype: 'F32', shape, data_offsets: [dataBytes, dataBytes + data.byteLength] }]);
    dataBytes += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(PREFIX_BYTES + headerBytes + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerBytes);
  file.set(json, PREFIX_BYTES);
  let position = PREFIX_BYTES + headerBytes;
  for (const { data } of weights.values()) {
    writeFloat32(data, file.subarray(position));
    position += data.byteLength;
  }
  return file;
}

/**
 * Decodes a safetensors file that is in memory. F32, F16, BF16 and F64 become float32.
 *
 * @param source What messages call the file
 * @throws ModelError on a malformed file or integer tensors, before memory for a tensor is taken; ArgumentError where `file`
 * is no Uint8Array
 */
export function decodeSafetensors(file: Uint8Array, source = 'safetensors'): Record<string, Tensor> {
  if (typedArrayKind(file) !== 'Uint8Array') {
    throw new ArgumentError(`decodeSafetensors: file must be a Uint8Array, but got ${describe(file)}`);
  }
  const headerBytes = readHeaderLength(file.subarray(0, PREFIX_BYTES), file.length, source);
  const dataStart = PREFIX_BYTES + headerBytes;
  const entries = parseHeader(file.subarray(PREFIX_BYTES, dataStart), file.length - dataStart, source);
  return collect(
    selectFloats(entries, source).map((entry) => [
      entry.name,
      readTensor(entry, file.subarray(dataStart + entry.begin, dataStart + entry.end)),
    ]),
  );
}

/**
 * The entries that hold floats; PyTorch's batch counters are left out.
 *
 * @throws ModelError that names every other tensor of integers
 */
export function selectFloats(entries: readonly TensorEntry[], source: string): TensorEntry[] {
  const wanted = entries.filter(({ name, dtype }) => FLOAT_TYPES.has(dtype) || !SKIPPED.test(name));
  const refused = wanted.filter(({ dtype }) => !FLOAT_TYPES.has(dtype));
  if (refused.length > 0) {
    const list = refused.map(({ name, dtype }) => `${JSON.stringify(name)} (${dtype})`).join(', ');
    throw new ModelError(
      `${source}: weights must be ${[...FLOAT_TYPES.keys()].join(', ')}, but these are not: ${list}`,
    );
  }
  return wanted;
}

/** Converts the bytes of one checked entry. */
export function readTensor({ name, dtype, shape }: TensorEntry, raw: Uint8Array): Tensor {
  const type = FLOAT_TYPES.get(dtype);
  if (type === undefined) throw new ModelError(`tensor ${JSON.stringify(name)} of type ${dtype} holds no floats`);
  const data = new Float32Array(raw.length / type.bytes);
  type.read(raw, data);
  return new Tensor(data, shape);
}

/** fromEntries defines even the name '__proto__' as an ordinary property. */
export function collect(tensors: Iterable<readonly [string, Tensor]>): Record<string, Tensor> {
  return Object.fromEntries(tensors);
}

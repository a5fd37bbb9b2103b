import { types } from 'node:util';
import { ModelError } from '../../errors.js';
import { messageOf } from '../../thrown.js';
import { quote } from './parts.js';
import type { TensorMessage } from './tensor-message.js';

/** Gives the whole content of a file that a model keeps values in, by the name that the model has for it. */
export type ExternalFiles = (location: string) => Uint8Array;

/** Tied weights may share a range; a model that reads the same bytes more often than this is out for our memory. */
const MAX_REUSE = 4;

interface OpenedFile {
  readonly bytes: Uint8Array;
  /** Bytes of it that tensors have taken so far. */
  used: number;
}

/**
 * The values that a model keeps in other files.
 *
 * @see https://github.com/onnx/onnx/blob/main/docs/ExternalData.md
 */
export class ExternalData {
  readonly #files: ExternalFiles | undefined;
  readonly #opened = new Map<string, OpenedFile>();
  /** By content, since a file may have several names. */
  readonly #known = new Map<Uint8Array, OpenedFile>();

  constructor(files: ExternalFiles | undefined) {
    this.#files = files;
  }

  /** A view of the `needed` bytes of values of a tensor. */
  rangeOf(tensor: TensorMessage, needed: number): Uint8Array {
    const location = locationOf(tensor);
    const file = this.#open(location);
    const size = file.bytes.length;
    const offset = readPosition(tensor, 'offset') ?? 0;
    const length = readPosition(tensor, 'length') ?? needed;
    if (offset + length > size) {
      throw new ModelError(
        `its values are bytes ${offset} to ${offset + length} of ${quote(location)}, which has ${size} bytes`,
      );
    }
    file.used += length;
    if (file.used > MAX_REUSE * size) {
      throw new ModelError(`the values of ${quote(location)} are used more than ${MAX_REUSE} times over`);
    }
    return file.bytes.subarray(offset, offset + length);
  }

  #open(location: string): OpenedFile {
    const opened = this.#opened.get(location);
    if (opened !== undefined) return opened;
    if (this.#files === undefined) {
      throw new ModelError(
        `its values lie in the file ${quote(location)}, which bytes in memory do not lead to: load the model by its path`,
      );
    }
    const content = readFile(this.#files, location);
    const file = this.#known.get(content) ?? { bytes: plainBytes(content), used: 0 };
    this.#known.set(content, file);
    this.#opened.set(location, file);
    return file;
  }
}

function readFile(files: ExternalFiles, location: string): Uint8Array {
  try {
    return files(location);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    const message = messageOf(cause);
    throw new ModelError(`the file ${quote(location)} with its values cannot be read: ${message}`, { cause });
  }
}

/** The file that holds a tensor's values. */
function locationOf({ externalData }: TensorMessage): string {
  const location = externalData.get('location');
  if (location === undefined || location === '') {
    throw new ModelError('its values lie in another file, but no location tells in which');
  }
  return location;
}

function readPosition({ externalData }: TensorMessage, key: 'offset' | 'length'): number | undefined {
  const text = externalData.get(key);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) {
    throw new ModelError(`the ${key} of its external data must be a number of bytes, but is ${quote(text)}`);
  }
  return Number(text);
}

/**
 * The bytes as a plain Uint8Array, a Buffer's methods being others. Memory that a thread may write, or that may shrink,
 * is copied first: what was checked must stay as it was.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = bytes;
  const plain = new Uint8Array(buffer, byteOffset, byteLength);
  const changes = types.isSharedArrayBuffer(buffer) || (buffer as { resizable?: boolean }).resizable === true;
  return changes ? new Uint8Array(plain) : plain;
}

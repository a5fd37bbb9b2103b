import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { types } from 'node:util';
import { ArgumentError, ModelError } from '../errors.js';
import { openRegularFile, readRange } from '../file-bytes.js';
import { pathOfFileUrl } from '../file-url.js';
import type { FileUrl } from '../platform.js';
import { coerceTensor, type Tensor } from '../tensor.js';
import { messageOf } from '../thrown.js';
import { describe } from '../values.js';
import { PREFIX_BYTES, parseHeader, readHeaderLength } from './header.js';
import { collect, encodeSafetensors, readTensor, selectFloats, type Weights } from './safetensors.js';

/** Anything that tells its parameters by name: every layer does. */
export interface HasParameters {
  /** Tensors by their names. */
  parameters(): ReadonlyMap<string, Tensor>;
}

/**
 * Writes weights, or a layer's parameters, to a safetensors file as float32. The file appears complete or not at all.
 *
 * @throws ArgumentError where a value is no tensor; ModelError where the file cannot be written
 * @example await saveWeights('net.safetensors', net);
 * @see https://huggingface.co/docs/safetensors
 */
export async function saveWeights(path: string | FileUrl, weights: HasParameters | Weights): Promise<void> {
  const target = readPath(path, 'saveWeights');
  const file = encodeSafetensors(readWeights(weights));
  const temporary = `${target}.${crypto.randomUUID()}.tmp`;
  try {
    await writeDurably(temporary, file);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new ModelError(`saveWeights: cannot write ${target}: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Reads a safetensors file. F32, F16, BF16 and F64 become float32; PyTorch's `num_batches_tracked` is left out.
 *
 * @throws ModelError where the file cannot be read, is malformed or holds integers; nothing is allocated before the
 * sizes it claims are checked against its own
 * @example net.load(await loadWeights('net.safetensors'));
 * @see https://huggingface.co/docs/safetensors
 */
export async function loadWeights(path: string | FileUrl): Promise<Record<string, Tensor>> {
  const target = readPath(path, 'loadWeights');
  const source = `loadWeights: ${target}`;
  const file = await openFile(target);
  try {
    return await readFile(file, source);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError(`loadWeights: cannot read ${target}: ${messageOf(cause)}`, { cause });
  } finally {
    await file.close();
  }
}

async function openFile(target: string): Promise<FileHandle> {
  try {
    return await openRegularFile(target);
  } catch (cause) {
    throw new ModelError(`loadWeights: cannot open ${target}: ${messageOf(cause)}`, { cause });
  }
}

/** Reads tensor by tensor, so that no second copy of a large file is ever held. */
async function readFile(file: FileHandle, source: string): Promise<Record<string, Tensor>> {
  const fileBytes = (await file.stat()).size;
  const prefix = await readRange(file, 0, Math.min(PREFIX_BYTES, fileBytes));
  const headerBytes = readHeaderLength(prefix, fileBytes, source);
  const dataStart = PREFIX_BYTES + headerBytes;
  const header = await readRange(file, PREFIX_BYTES, headerBytes);
  const entries = selectFloats(parseHeader(header, fileBytes - dataStart, source), source);
  const tensors: [string, Tensor][] = [];
  for (const entry of entries) {
    const raw = await readRange(file, dataStart + entry.begin, entry.end - entry.begin);
    tensors.push([entry.name, readTensor(entry, raw)]);
  }
  return collect(tensors);
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function readWeights(weights: HasParameters | Weights): Map<string, Tensor> {
  const named = new Map<string, Tensor>();
  for (const [name, value] of entriesOf(weights)) named.set(name, coerceTensor(value, `saveWeights: '${name}'`));
  return named;
}

function entriesOf(weights: unknown): Iterable<[string, unknown]> {
  if (typeof weights !== 'object' || weights === null) {
    throw new ArgumentError(`saveWeights: weights must be a layer, a Map or an object, but got ${describe(weights)}`);
  }
  if (types.isMap(weights)) return weights as Map<string, unknown>;
  if (hasParameters(weights)) return weights.parameters();
  return Object.entries(weights);
}

function hasParameters(weights: object): weights is HasParameters {
  return 'parameters' in weights && typeof weights.parameters === 'function';
}

function readPath(path: unknown, operator: string): string {
  if (typeof path === 'string' && path !== '') return path;
  const fromUrl = pathOfFileUrl(path);
  if (fromUrl !== undefined) return fromUrl;
  throw new ArgumentError(`${operator}: path must be a string or a file: URL, but got ${describe(path)}`);
}

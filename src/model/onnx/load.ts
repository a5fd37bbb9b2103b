import { ArgumentError, ModelError } from '../../errors.js';
import { readWholeFile } from '../../file-bytes.js';
import { fileKind } from '../../file-kind.js';
import { pathOfFileUrl } from '../../file-url.js';
import type { FileUrl } from '../../platform.js';
import { messageOf } from '../../thrown.js';
import { describe, isBytes } from '../../values.js';
import { readExternalFiles } from './external-files.js';
import { finishModel, parseModel, readOnnx } from './read.js';
import type { OnnxGraph } from './types.js';

/**
 * Reads an ONNX model from a file, with the files beside it that hold its values, or from bytes in memory.
 *
 * @throws ArgumentError where `source` is neither; ModelError where a file cannot be read or is no model that could run
 * @example const graph = await loadOnnx('model.onnx');
 */
export async function loadOnnx(source: string | FileUrl | Uint8Array): Promise<OnnxGraph> {
  if (isBytes(source)) return known('the ONNX model', source, () => readOnnx(source));
  const path = readPath(source);
  const bytes = await readModel(path);
  const graph = await known(path, bytes, async () => {
    const message = parseModel(bytes, path);
    return finishModel(message, await readExternalFiles(message, path, path), path);
  });
  freeNow(bytes);
  return graph;
}

/** What is no model at all says what it looks like, rather than where a reader of models stumbled. */
async function known(
  source: string,
  bytes: Uint8Array,
  read: () => OnnxGraph | Promise<OnnxGraph>,
): Promise<OnnxGraph> {
  try {
    return await read();
  } catch (cause) {
    const kind = fileKind(bytes);
    if (!(cause instanceof ModelError) || kind === undefined) throw cause;
    throw new ModelError(`${source}: is no ONNX model; it looks like ${kind}`, { cause });
  }
}

/** The collector may let a file of a hundred megabytes lie about until the weights are packed, too. */
function freeNow(bytes: Uint8Array): void {
  structuredClone(null, { transfer: [bytes.buffer as ArrayBuffer] });
}

async function readModel(path: string): Promise<Uint8Array> {
  try {
    return await readWholeFile(path);
  } catch (cause) {
    throw new ModelError(`${path}: cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function readPath(source: unknown): string {
  if (typeof source === 'string' && source !== '') return source;
  const path = pathOfFileUrl(source);
  if (path !== undefined) return path;
  throw new ArgumentError(`a model must be a path, a file: URL or a Uint8Array, but got ${describe(source)}`);
}

import { ModelError } from '../../errors.js';
import { isRangeError } from '../../thrown.js';
import { type ExternalFiles, plainBytes } from './external-data.js';
import { buildGraph } from './graph.js';
import { type ModelMessage, readModelMessage } from './model-message.js';
import { inPart } from './parts.js';
import type { OnnxGraph } from './types.js';

export interface ReadOptions {
  /** Gives the content of a file that the model keeps values in. Without it such a model is refused. */
  readonly external?: ExternalFiles;
  /** What messages call the file. */
  readonly source?: string;
}

/**
 * Reads an ONNX model that is in memory. Constants of float32 and float64 are views of `bytes` where they are aligned,
 * so the bytes must not change afterwards.
 *
 * @throws ModelError where the file is malformed, inconsistent or needs what is not supported, before memory for what
 * it claims to hold is taken
 * @example const graph = readOnnx(await readFile('model.onnx'));
 * @see https://github.com/onnx/onnx/blob/main/docs/IR.md
 */
export function readOnnx(bytes: Uint8Array, { external, source = 'the ONNX model' }: ReadOptions = {}): OnnxGraph {
  return finishModel(parseModel(bytes, source), external, source);
}

/** The first half of `readOnnx`, after which it is known which other files the second half needs. */
export function parseModel(bytes: Uint8Array, source: string): ModelMessage {
  return inSource(source, () => readModelMessage(plainBytes(bytes)));
}

/** The second half of `readOnnx`. */
export function finishModel(message: ModelMessage, external: ExternalFiles | undefined, source: string): OnnxGraph {
  return inSource(source, () => buildGraph(message, external));
}

/** What was checked is there, so a RangeError can only mean that memory for it is not. */
function inSource<T>(source: string, read: () => T): T {
  return inPart(
    () => source,
    () => {
      try {
        return read();
      } catch (cause) {
        if (isRangeError(cause)) throw new ModelError(`does not fit into memory: ${cause.message}`, { cause });
        throw cause;
      }
    },
  );
}

import type { Shape } from '../../shape.js';

/** The formats of a result, each with what it is. */
export const FORMATS = {
  npy: 'one file for NumPy, [N, C, H, W] of float32',
  raw: 'the same values without a header',
  safetensors: "a folder of files with a tensor 'images' each",
} as const;
export type Format = keyof typeof FORMATS;

/** Of a result that is lines of JSON alone, a line an image. */
export const LINES = 'jsonl';

/** Receives rows, the tensors of images, one after another. */
export interface RowWriter {
  /** Rows that are on the disk for good; a run that is killed goes on after them. */
  readonly durableRows: number;
  /** Rows that were written, durable or not. */
  readonly rows: number;
  /** Appends whole rows. */
  write(values: Float32Array): Promise<void>;
  /** Makes durable what the format allows. */
  sync(): Promise<void>;
  /** Completes the result, which is then ready to be renamed. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** What a writer is for. */
export interface RowFacts {
  /** The partial result: a file, or a folder. */
  readonly path: string;
  /** Of a row. */
  readonly shape: Shape;
  /** Rows that an earlier run left there. */
  readonly keep: number;
}

export function rowSize(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Values in the order that files have: little-endian. */
export function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return bytes;
  return Buffer.from(bytes).swap32();
}

import type { Tensor } from '../../tensor.js';

/** What becomes of a network's results. */
export interface Output {
  /** @param outputs Of a batch, of which the image is one row. */
  good(file: string, outputs: Readonly<Record<string, Tensor>>, row: number): void | Promise<void>;
  bad(file: string, reason: string): void;
  /** All images are through. */
  finish(): Promise<void>;
  /** Something stopped it: what is there is no result. */
  abandon(): Promise<void>;
}

/** What a tensor has of one image of the batch. */
export function rowOf({ data, shape }: Tensor, row: number): Float32Array {
  const size = data.length / shape[0];
  return data.subarray(row * size, (row + 1) * size);
}

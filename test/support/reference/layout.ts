import { elements, type Values } from '../specs.js';
import type { Expected, Volume } from './types.js';

/** How an operator's images stand: spatial axes, and whether channels come last. */
export interface Standing {
  readonly rank: number;
  readonly channelsLast: boolean;
  readonly batched: boolean;
}

export function standingOf(x: Values, rank: number, layout: unknown): Standing {
  return { rank, channelsLast: layout === 'NHWC', batched: x.shape.length === rank + 2 };
}

type Numbers = Float32Array | Float64Array | Int32Array;

/** [batch, rows, columns] → [batch, columns, rows], into `to`. */
function transpose(from: Numbers, to: Numbers, rows: number, columns: number): void {
  for (let i = 0; i < from.length; i++) {
    const [image, row, column] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
    to[(image * columns + column) * rows + row] = from[i];
  }
}

/** [batch, channels, depth, height, width] of an image as it stands. */
export function volumeShape(shape: readonly number[], { rank, channelsLast, batched }: Standing): number[] {
  const [batch, ...rest] = batched ? shape : [1, ...shape];
  const channels = channelsLast ? rest[rest.length - 1] : rest[0];
  const space = channelsLast ? rest.slice(0, -1) : rest.slice(1);
  return [batch, channels, ...new Array<number>(3 - rank).fill(1), ...space];
}

export function toVolume(x: Values, standing: Standing): Volume {
  const shape = volumeShape(x.shape, standing);
  const data = Float64Array.from(x.data);
  if (standing.channelsLast) transpose(x.data, data, elements(shape.slice(2)), shape[1]);
  return { data, shape };
}

/** Indices of a channels-last tensor in the order of its volume. */
export function toVolumeOrder(indices: Int32Array, volume: Volume, { channelsLast }: Standing): Int32Array {
  if (!channelsLast) return indices;
  const ordered = new Int32Array(indices.length);
  transpose(indices, ordered, elements(volume.shape.slice(2)), volume.shape[1]);
  return ordered;
}

/** An operator's five-axis result, standing as its input did. */
export function fromVolume(result: Expected, { rank, channelsLast, batched }: Standing): Expected {
  const [batch, channels, ...three] = result.shape;
  const space = three.slice(3 - rank);
  const image = channelsLast ? [...space, channels] : [channels, ...space];
  const shape = batched ? [batch, ...image] : image;
  if (!channelsLast) return { ...result, shape };
  const values = new Float64Array(result.values.length);
  transpose(result.values, values, channels, elements(space));
  if (result.indices === undefined) return { ...result, shape, values };
  const indices = new Int32Array(values.length);
  transpose(result.indices, indices, channels, elements(space));
  return { ...result, shape, values, indices };
}

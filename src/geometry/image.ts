import { ArgumentError, ShapeError } from '../errors.js';
import type { Shape } from '../shape.js';
import type { Rank } from './axes.js';
import { readWord } from './options.js';
import type { TransposeGeometry } from './records.js';

/** 'NCHW' has channels before space, 'NHWC' after; every 2-D operator takes both. */
export type Layout = 'NCHW' | 'NHWC';

const LAYOUTS: readonly Layout[] = ['NCHW', 'NHWC'];

/** A batch of feature maps, taken apart. An unbatched one counts as a batch of 1. */
export interface Image {
  readonly batched: boolean;
  readonly batch: number;
  readonly channels: number;
  /** Extents of the spatial axes, outermost first. */
  readonly spatial: readonly number[];
  readonly layout: Layout;
}

/** @throws ArgumentError for an unknown layout, or NHWC where the operator is not 2-D. */
export function readLayout(operator: string, value: unknown, rank: Rank): Layout {
  const layout = readWord(`${operator}: layout`, value, LAYOUTS, 'NCHW');
  if (layout === 'NHWC' && rank !== 2) {
    throw new ArgumentError(`${operator}: layout 'NHWC' is for 2-D operators, but this one has ${rank} spatial axes`);
  }
  return layout;
}

/** Takes a shape apart, or gives undefined where its number of axes does not suit. */
export function readImage(shape: Shape, rank: Rank, layout: Layout): Image | undefined {
  const batched = shape.length === rank + 2;
  if (!batched && shape.length !== rank + 1) return undefined;
  const [batch, ...rest] = batched ? shape : [1, ...shape];
  const spatial = layout === 'NCHW' ? rest.slice(1) : rest.slice(0, rank);
  const channels = layout === 'NCHW' ? rest[0] : rest[rank];
  return { batched, batch, channels, spatial, layout };
}

/** The shape of an image as `like` stands: same batch, layout and batchedness. */
export function imageShape(like: Image, channels: number, spatial: readonly number[]): Shape {
  const place = like.layout === 'NCHW' ? [channels, ...spatial] : [...spatial, channels];
  return Object.freeze(like.batched ? [like.batch, ...place] : place);
}

/** [N, C, H, W] as the messages of PyTorch print it, whatever the layout. */
export function batchedShape(image: Image): Shape {
  return [image.batch, image.channels, ...image.spatial];
}

/** For the end of a message: that the other layout would have the wanted number of channels. Only images of two axes have one. */
export function otherLayout({ layout, spatial, channels }: Image, wanted: number): string {
  if (spatial.length !== 2) return '';
  if (layout === 'NCHW' && spatial[1] === wanted) return "; the last axis fits: is it layout: 'NHWC'?";
  return layout === 'NHWC' && spatial[0] === wanted && channels !== wanted ? "; the shape fits layout: 'NCHW'" : '';
}

/** The transposition that brings an image to NCHW, or undefined where its values already stand so. */
export function toChannelsFirst(image: Image): TransposeGeometry | undefined {
  const rows = image.spatial.reduce((product, extent) => product * extent, 1);
  return transposition(image, { batch: image.batch, rows, columns: image.channels });
}

/** The transposition that brings an NCHW result to the layout of `like`, or undefined where it stands so. */
export function fromChannelsFirst(
  like: Image,
  channels: number,
  spatial: readonly number[],
): TransposeGeometry | undefined {
  const columns = spatial.reduce((product, extent) => product * extent, 1);
  return transposition(like, { batch: like.batch, rows: channels, columns });
}

function transposition(image: Image, record: TransposeGeometry): TransposeGeometry | undefined {
  const moves = image.layout === 'NHWC' && record.batch > 0 && record.rows > 1 && record.columns > 1;
  return moves ? Object.freeze(record) : undefined;
}

/** The message for an input whose number of axes does not suit a convolution. */
export function expectedAxes(operator: string, rank: Rank): string {
  return `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to ${operator}`;
}

/** @throws ShapeError where a spatial extent is 0. */
export function checkSpace(operator: string, image: Image): void {
  if (image.spatial.includes(0)) {
    throw new ShapeError(
      `${operator}: Only zero batch or zero channel inputs are supported, but got input shape [${batchedShape(image).join(', ')}]`,
    );
  }
}

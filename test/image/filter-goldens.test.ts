import {
  boxBlur,
  close,
  dilate,
  erode,
  filter2d,
  gaussianBlur,
  Image,
  integralImage,
  laplacian,
  median,
  open,
  type PixelArray,
  scharr,
  separableFilter2d,
  sobel,
} from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { Archive, type Blob } from '../support/archive.js';
import { assertBackendTook } from '../support/backend.js';
import type { PixelTypeName } from './support.js';

assertBackendTook();

/** What scripts/filter-fixtures.py writes. */
interface Index {
  readonly images: Record<string, { shape: [number, number, number]; type: PixelTypeName; blob: Blob }>;
  readonly cases: readonly {
    readonly name: string;
    readonly op: keyof typeof FILTERS;
    readonly image: string;
    readonly args: readonly unknown[];
    readonly result: { readonly type: keyof typeof ARRAYS; readonly blob: Blob };
    readonly within: number;
  }[];
}

const FILTERS = {
  boxBlur,
  close,
  dilate,
  erode,
  filter2d,
  gaussianBlur,
  integralImage,
  laplacian,
  median,
  open,
  scharr,
  separableFilter2d,
  sobel,
} as const;

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array, uint32: Uint32Array } as const;

const archive = new Archive<Index>('filters');

function values(type: keyof typeof ARRAYS, blob: Blob) {
  return new ARRAYS[type](archive.bytes(blob).buffer);
}

function imageOf(name: string): Image {
  const { shape, type, blob } = archive.index.images[name];
  return new Image(values(type, blob) as PixelArray, shape[1], shape[0], shape[2]);
}

describe("OpenCV's and SciPy's answers", () => {
  it.each(archive.index.cases)('$name', ({ op, image, args, result, within }) => {
    const filter = FILTERS[op] as (image: Image, ...args: readonly unknown[]) => { data: ArrayLike<number> };
    const { data } = filter(imageOf(image), ...args);
    const expected = Array.from<number>(values(result.type, result.blob));
    expect(data.length).toBe(expected.length);
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const bound = within < 1 ? within * largest : within;
    let worst = 0;
    for (const [i, value] of expected.entries()) worst = Math.max(worst, Math.abs(data[i] - value));
    expect(worst).toBeLessThanOrEqual(bound);
  });
});

import { Image, type PixelArray, resize } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { Archive, type Blob } from '../support/archive.js';
import { assertBackendTook } from '../support/backend.js';
import { noise, PIXEL_ARRAY_TYPES, type PixelTypeName } from './support.js';

assertBackendTook();

interface ResizeCase {
  readonly compat: 'pil' | 'opencv';
  readonly interpolation: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos' | 'box' | 'hamming' | 'area';
  readonly type: PixelTypeName;
  readonly from: readonly [width: number, height: number, channels: number];
  readonly to: readonly [width: number, height: number];
  readonly seed: number;
  readonly blob: Blob;
}

const archive = new Archive<{ resize: readonly ResizeCase[] }>('resize');

function largestDifference(a: PixelArray, b: PixelArray): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (const [i, value] of a.entries()) most = Math.max(most, Math.abs(value - b[i]));
  return most;
}

/**
 * How far results may be from the library's. OpenCV sums its cubics of bytes in float32 on processors with vectors, and
 * 16 bits with fused products; Pillow sums float32 in float64.
 */
function tolerance({ compat, interpolation, type }: ResizeCase): number {
  if (interpolation === 'nearest') return 0;
  if (type === 'float32') return 2e-6;
  if (type === 'uint16') return 1;
  return compat === 'opencv' && interpolation === 'bicubic' ? 1 : 0;
}

describe('resize gives what other libraries give', () => {
  for (const compat of ['pil', 'opencv'] as const) {
    for (const type of ['uint8', 'uint16', 'float32'] as const) {
      const cases = archive.index.resize.filter((one) => one.compat === compat && one.type === type);
      if (cases.length === 0) continue;
      it(`${compat}, ${type}`, () => {
        for (const one of cases) {
          const [width, height] = one.to;
          const { interpolation } = one;
          const result = resize(noise(...one.from, type, one.seed), { width, height, interpolation, compat });
          const golden = new PIXEL_ARRAY_TYPES[type](archive.bytes(one.blob).buffer);
          expect(result).toBeInstanceOf(Image);
          expect([result.width, result.height, result.channels]).toEqual([width, height, one.from[2]]);
          const difference = largestDifference(result.data, golden);
          expect.soft(difference, JSON.stringify({ ...one, blob: undefined })).toBeLessThanOrEqual(tolerance(one));
        }
      });
    }
  }
});

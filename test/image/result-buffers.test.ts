import { maxPool2d, Tensor } from 'convkit';
import { crop, integralImage, resize, toImage, toTensor } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../layers/support.js';

onEachBackend(() => {
  describe('results', () => {
    const pixels = { data: new Uint8Array(20 * 30 * 3), width: 30, height: 20, channels: 3 } as const;
    it.each([
      ['resize of bytes', () => resize(pixels, { width: 15, height: 10 }).data, 450],
      [
        'resize of 16 bits',
        () => resize({ ...pixels, data: new Uint16Array(1800) }, { width: 15, height: 10 }).data,
        900,
      ],
      ['crop', () => crop(pixels, { left: 0, top: 0, width: 7, height: 5 }).data, 105],
      ['toImage', () => [toImage(Tensor.zeros([3, 5, 4]))].flat()[0].data, 60],
      ['toTensor', () => toTensor(pixels).data, 7200],
      ['indices', () => maxPool2d(Tensor.zeros([1, 4, 4]), 2, { returnIndices: true }).indices, 16],
      ['integralImage', () => integralImage({ ...pixels, channels: 1, data: new Uint8Array(600) }).data, 4 * 21 * 31],
    ] as const)('take the memory of their type: %s', (_, compute, bytes) => {
      const data = compute();
      expect(data.byteLength).toBe(bytes);
      expect(data.buffer.byteLength).toBe(bytes);
    });
  });
});

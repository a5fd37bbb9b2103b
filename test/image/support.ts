import { Image, type PixelArray } from 'convkit/image';

export const PIXEL_ARRAY_TYPES = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array } as const;
export type PixelTypeName = keyof typeof PIXEL_ARRAY_TYPES;

/** An image of values that look random, the same each time. */
export function noise(width: number, height: number, channels: number, type: PixelTypeName = 'uint8', seed = 1): Image {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
  const data: PixelArray = new PIXEL_ARRAY_TYPES[type](width * height * channels);
  for (let i = 0; i < data.length; i++) data[i] = type === 'float32' ? next() / 2 ** 23 - 0.5 : next() >>> 4;
  return new Image(data, width, height, channels);
}

/** The value of a channel of a pixel. */
export function at(image: Image, x: number, y: number, c: number): number {
  return image.data[(y * image.width + x) * image.channels + c];
}

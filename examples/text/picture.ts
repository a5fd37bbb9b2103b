import sharp, { type Sharp } from 'sharp';

/** Three bytes a pixel: red, green, blue. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** How a network wants its colours: (value / 255 − mean) / deviation, for red, green and blue. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

export const IMAGENET: Normalization = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
export const CENTRED: Normalization = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };

/** Pictures may have four channels, one, or sixteen bits each; all become three of eight. */
export async function readPixels(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

export function pictureOf({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The same picture with other sides. */
export function resized(pixels: Pixels, width: number, height: number): Promise<Pixels> {
  return readPixels(pictureOf(pixels).resize(width, height, { fit: 'fill' }));
}

export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A region of the pixels, by default all of them, as a tensor [1, 3, height, width]. */
export function planesOf(pixels: Pixels, { mean, deviation }: Normalization, region?: Region) {
  const { left, top, width, height } = region ?? { left: 0, top: 0, ...pixels };
  const data = new Float32Array(3 * height * width);
  let next = 0;
  for (let channel = 0; channel < 3; channel++) {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) {
        const value = pixels.data[(y * pixels.width + x) * 3 + channel] / 255;
        data[next++] = (value - mean[channel]) / deviation[channel];
      }
    }
  }
  return { data, shape: [1, 3, height, width] };
}

import { Tensor } from 'convkit';
import sharp from 'sharp';

/** What the networks of torchvision and timm were trained with: mean and deviation of red, green and blue in 0 … 1. */
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/** A picture of more pixels is refused before it is decoded: a small file may unpack to gigabytes. */
const MAX_PIXELS = 50e6;

export class BadImageError extends Error {
  statusCode = 400;
}

/** The height and width of a model's images; `size` stands in where the model leaves them free. */
export function imageSizeOf(model, size) {
  const { name, shape } = model.inputs[0];
  if (model.inputs.length !== 1 || shape.length !== 4 || (shape[1] !== 3 && shape[1] !== -1)) {
    throw new Error(`the model must have one input of shape [N, 3, H, W], but '${name}' is [${shape.join(', ')}]`);
  }
  const [height, width] = shape.slice(2).map((extent) => (extent === -1 ? size : extent));
  return { height, width };
}

/** Decodes a file to a tensor [3, height, width]: its middle, scaled to cover the size, and normalised. */
export async function readImage(file, { height, width }) {
  const pixels = await decode(file, { height, width });
  const plane = height * width;
  const x = Tensor.zeros([3, height, width]);
  for (let c = 0; c < 3; c++) {
    const scale = 1 / (255 * DEVIATION[c]);
    const shift = -MEAN[c] / DEVIATION[c];
    for (let i = 0; i < plane; i++) x.data[c * plane + i] = pixels[i * 3 + c] * scale + shift;
  }
  return x;
}

async function decode(file, { height, width }) {
  try {
    return await sharp(file, { limitInputPixels: MAX_PIXELS })
      .rotate() // as the camera's EXIF data says
      .resize({ width, height, fit: 'cover' })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw()
      .toBuffer();
  } catch (cause) {
    throw new BadImageError(`the file is no image that can be read: ${cause.message}`, { cause });
  }
}

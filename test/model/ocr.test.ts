import { readFileSync } from 'node:fs';
import { loadModel, type Model, setBackend, type Tensor } from 'convkit';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { BACKENDS, difference, onEachBackend } from '../layers/support.js';
import { expectIdentical } from '../support/compare.js';
import {
  type BestClass,
  bestClasses,
  blockMeans,
  classifierInput,
  detectorInput,
  drawPicture,
  GOLDEN_FILE,
  LINES,
  MODELS,
  PICTURE_FILE,
  type Planes,
  readPixels,
  recogniserInput,
  textOf,
  turnedAround,
} from '../support/ocr.mjs';

/** What onnxruntime computes for the picture; scripts/ocr-goldens.mjs writes it. */
interface Golden {
  readonly detector: { readonly shape: readonly number[]; readonly means: readonly number[] };
  readonly classifier: readonly (readonly number[])[];
  readonly recogniser: readonly { readonly shape: readonly number[]; readonly best: readonly BestClass[] }[];
}

const golden = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')) as Golden;
const pixels = await readPixels(sharp(PICTURE_FILE));

/** Of probabilities: the three networks are 100 layers deep, and end in a sigmoid or a softmax. */
const TOLERANCE = 1e-3;

async function only(results: Promise<Record<string, Tensor>>): Promise<Tensor> {
  const [result, ...others] = Object.values(await results);
  expect(others).toEqual([]);
  return result;
}

async function withModel<T>(file: string, use: (model: Model) => Promise<T>): Promise<T> {
  const model = await loadModel(file);
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}

function expectNear(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const wrong = expected.findIndex((value, i) => !(Math.abs(actual[i] - value) <= tolerance));
  expect(wrong === -1 ? undefined : `element ${wrong} is ${actual[wrong]}, expected ${expected[wrong]}`).toBe(
    undefined,
  );
}

describe('the models of PaddleOCR give what onnxruntime gives', () => {
  onEachBackend(() => {
    it('the detector finds the lines of text', async () => {
      await withModel(MODELS.detector, async (model) => {
        const map = await only(model.run(detectorInput(pixels)));
        expect(map.shape).toEqual(golden.detector.shape);
        expectNear(blockMeans(map.data, pixels.width), golden.detector.means, TOLERANCE / 10);
        const again = await only(Promise.resolve(model.runSync(detectorInput(pixels))));
        expectIdentical({ shape: again.shape, values: again.data }, { shape: map.shape, values: map.data });
      });
    });

    it('the classifier tells what is upside down', async () => {
      await withModel(MODELS.classifier, async (model) => {
        for (const line of LINES.keys()) {
          const upright = classifierInput(pixels, line);
          const both = [upright, turnedAround(upright)];
          for (const [i, planes] of both.entries()) {
            const { shape, data } = await only(model.run(planes));
            expect(shape).toEqual([1, 2]);
            expect(data[i]).toBeGreaterThan(0.99);
            expectNear(data, golden.classifier[line * both.length + i], TOLERANCE);
          }
        }
      });
    });

    it('the recogniser reads the lines', async () => {
      await withModel(MODELS.recogniser, async (model) => {
        for (const line of LINES.keys()) {
          const { shape, data } = await only(model.run(recogniserInput(pixels, line)));
          const expected = golden.recogniser[line];
          expect(shape).toEqual(expected.shape);
          const best = bestClasses(data, shape[2]);
          expect(textOf(best)).toBe(LINES[line]);
          const probabilities = (classes: readonly BestClass[]) => classes.map(({ probability }) => probability);
          expectNear(probabilities(best), probabilities(expected.best), TOLERANCE);
          // Two classes may be as likely as each other where neither has more than half.
          const sure = (classes: readonly BestClass[]) =>
            classes.map(({ index }, i) => (expected.best[i].probability > 0.5 ? index : undefined));
          expect(sure(best)).toEqual(sure(expected.best));
        }
      });
    });
  });

  // Drawn in the fonts of this machine, or without any text where it has none.
  it.skipIf(BACKENDS.length < 2).each([
    [320, 192],
    [96, 224],
  ])('and both backends give the same for a picture of %i × %i', async (width, height) => {
    const drawn = await drawPicture().resize(width, height, { fit: 'fill' }).png().toBuffer();
    const planes: Planes = detectorInput(await readPixels(sharp(drawn)));
    const maps: Tensor[] = [];
    for (const backend of BACKENDS) {
      setBackend(backend);
      maps.push(await withModel(MODELS.detector, (model) => only(model.run(planes))));
    }
    setBackend('auto');
    expect(maps[0].shape).toEqual([1, 1, height, width]);
    // Sums in float32 end that far from those in float64 here: onnxruntime's are 1.2e-4 from the TypeScript backend's.
    expect(difference(maps[0], maps[1])).toBeLessThan(2.5e-4);
  });
});

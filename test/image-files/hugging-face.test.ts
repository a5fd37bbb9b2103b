import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { preprocess, type Recipe, recipeFromHuggingFace } from 'convkit/image';
import { describe, expect, it } from 'vitest';
import { classOf } from '../../src/image/recipe/hugging-face-classes.js';
import { noise } from '../image/support.js';

/** What transformers 4.57 makes of a small image by a file; written by scripts/hugging-face-fixtures.py. */
interface Case {
  readonly file: { readonly image_processor_type?: string; readonly feature_extractor_type?: string };
  readonly image: readonly [width: number, height: number, seed: number];
  readonly shape: readonly number[];
  /** Some values, equally far apart. */
  readonly values: readonly number[];
  readonly mean: number;
}

const path = new URL('../fixtures/hugging-face.json.gz', import.meta.url);
const { cases, facts } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
  cases: readonly Case[];
  facts: Readonly<Record<string, unknown>>;
};

const nameOf = ({ file }: Case) => file.image_processor_type ?? file.feature_extractor_type ?? '';
const kindOf = (one: Case) => classOf(nameOf(one)).kind;

/** The largest difference of values, as a share of them where they are above 1. */
function differenceOf(one: Case, recipe: Recipe): number {
  const [width, height, seed] = one.image;
  const tensor = preprocess(noise(width, height, 3, 'uint8', seed), recipe);
  expect(tensor.shape, JSON.stringify(one.file)).toEqual(one.shape);
  const last = one.values.length - 1;
  const differences = one.values.map((value, k) => {
    const got = tensor.data[Math.trunc((k * (tensor.size - 1)) / last)];
    return Math.abs(value - got) / Math.max(1, Math.abs(value));
  });
  return Math.max(...differences);
}

describe("Hugging Face's files", () => {
  const known = cases.filter((one) => kindOf(one) === 'known');

  it('of 40 classes that compute with Pillow give what transformers gives, whatever key is missing', () => {
    const exact = known.filter((one) => !classOf(nameOf(one)).fast);
    expect(exact.length).toBeGreaterThan(1500);
    for (const one of exact) {
      expect(differenceOf(one, recipeFromHuggingFace(one.file)), JSON.stringify(one.file)).toBeLessThan(2e-5);
    }
  }, 240_000);

  it('of classes that compute with torchvision give the same shapes, and values within its other rounding', () => {
    // Torchvision has no Lanczos filter, and takes another pixel here and there for the nearest one.
    const own = (one: Case) => /^Chameleon/.test(nameOf(one)) || (one.file as { resample?: number }).resample === 0;
    const fast = known.filter((one) => classOf(nameOf(one)).fast && !own(one));
    expect(fast.length).toBeGreaterThan(350);
    for (const one of fast) {
      let recipe: Recipe;
      try {
        recipe = recipeFromHuggingFace(one.file);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED' });
        continue;
      }
      expect(differenceOf(one, recipe), JSON.stringify(one.file)).toBeLessThan(0.08);
    }
  }, 240_000);

  it('of other classes are refused, each by its name', () => {
    for (const one of cases.filter((other) => kindOf(other) !== 'known')) {
      expect(() => recipeFromHuggingFace(one.file)).toThrow(`${nameOf(one)} does more than its keys say`);
    }
  });

  it('has an opinion of every class of transformers 4.57', () => {
    expect(Object.keys(facts).length).toBeGreaterThan(150);
    expect(Object.keys(facts).filter((name) => classOf(name).kind === 'unknown')).toEqual([]);
  });
});

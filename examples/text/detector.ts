import { loadModel, type Model } from 'convkit';
import { connectedComponents } from './components.ts';
import { area, grown, type Point, type Rectangle, smallestRectangle } from './geometry.ts';
import { IMAGENET, type Pixels, planesOf, resized } from './picture.ts';

/** A line of text in a picture. */
export interface Line {
  readonly box: Rectangle;
  /** Mean probability of the pixels at its heart, from 0 to 1. */
  readonly score: number;
}

/** What the network makes of a picture. */
export interface Detection {
  /** From top to bottom. */
  readonly lines: readonly Line[];
  /** Of each pixel of the picture that the network saw: the probability that it lies at the heart of a line. */
  readonly map: { readonly data: Float32Array; readonly width: number; readonly height: number };
  /** Of one run, without the work before and after it. */
  readonly milliseconds: number;
}

/** The network halves its planes five times. */
const MULTIPLE = 32;
const LONGEST_SIDE = 960;

/** A pixel above this belongs to a line. */
const THRESHOLD = 0.3;
const LEAST_SCORE = 0.6;
/** Of the map's pixels: what is lower than this is a speck. */
const LEAST_HEIGHT = 3;
/** The network is trained on boxes shrunk by their area over their perimeter, times a ratio; this one undoes it. */
const UNCLIP_RATIO = 1.5;

/** The text detector of PaddleOCR, "Real-time Scene Text Detection with Differentiable Binarization" (2019). */
export class TextDetector {
  readonly #model: Model;

  static async load(file: string): Promise<TextDetector> {
    return new TextDetector(await loadModel(file));
  }

  private constructor(model: Model) {
    this.#model = model;
  }

  async detect(picture: Pixels): Promise<Detection> {
    const { width, height } = sidesFor(picture);
    const planes = planesOf(await resized(picture, width, height), IMAGENET);
    // The first run for a shape compiles the network and packs its weights.
    await this.#model.warmup(planes.shape);
    const start = performance.now();
    const [probabilities] = Object.values(await this.#model.run(planes));
    const milliseconds = performance.now() - start;
    const scale = { x: picture.width / width, y: picture.height / height };
    const lines = linesOf(probabilities.data, width, scale);
    return { lines, map: { data: probabilities.data, width, height }, milliseconds };
  }

  dispose(): void {
    this.#model.dispose();
  }
}

function sidesFor({ width, height }: Pixels) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round((length * scale) / MULTIPLE)) * MULTIPLE;
  return { width: side(width), height: side(height) };
}

/** From the map of probabilities to boxes in the picture, as PaddleOCR does it; `scale` is picture over map. */
function linesOf(map: Float32Array, width: number, scale: Point): Line[] {
  return connectedComponents(map, width, THRESHOLD)
    .filter(({ pixels, mean }) => mean >= LEAST_SCORE && smallestRectangle(pixels).height >= LEAST_HEIGHT)
    .map(({ pixels, mean }) => {
      const kernel = smallestRectangle(pixels.map(({ x, y }) => ({ x: (x + 0.5) * scale.x, y: (y + 0.5) * scale.y })));
      const distance = (area(kernel) * UNCLIP_RATIO) / (2 * (kernel.length + kernel.height));
      return { box: grown(kernel, distance), score: mean };
    })
    .sort((a, b) => a.box.centre.y - b.box.centre.y);
}

import { readFile } from 'node:fs/promises';
import { loadModel, type Model, Tensor } from 'convkit';
import { grown, type Rectangle } from './geometry.ts';
import { CENTRED, type Normalization, type Pixels } from './picture.ts';

/** What a line says. */
export interface Reading {
  readonly text: string;
  /** Mean probability of its characters, from 0 to 1. */
  readonly confidence: number;
}

/** The likeliest class of one step along a line. */
export interface BestClass {
  readonly index: number;
  readonly probability: number;
}

/** Of a box's height, added on all sides: the network loses spaces where letters touch the edges. */
const MARGIN = 0.15;
/** The network's input is as high. */
const HEIGHT = 48;
/** Of the input; it gives one step for each 8 columns. */
const MULTIPLE = 8;

/** The text recogniser of PaddleOCR: lines of any length to sequences of classes. */
export class TextRecogniser {
  readonly #model: Model;
  readonly #characters: readonly string[];

  static async load(file: string, dictionary: string): Promise<TextRecogniser> {
    return new TextRecogniser(await loadModel(file), charactersOf(await readFile(dictionary, 'utf8')));
  }

  private constructor(model: Model, characters: readonly string[]) {
    this.#model = model;
    this.#characters = characters;
  }

  /** All boxes in one run: shorter ones are filled up with grey, which is 0. */
  async read(picture: Pixels, found: readonly Rectangle[]): Promise<Reading[]> {
    if (found.length === 0) return [];
    const boxes = found.map((box) => grown(box, MARGIN * box.height));
    const widths = boxes.map(({ length, height }) => Math.max(1, Math.round((length / height) * HEIGHT)));
    const width = Math.ceil(Math.max(...widths) / MULTIPLE) * MULTIPLE;
    const lines = Tensor.zeros([boxes.length, 3, HEIGHT, width]);
    const size = 3 * HEIGHT * width;
    boxes.forEach((box, i) => {
      straighten(picture, box, CENTRED, {
        data: lines.data.subarray(i * size, (i + 1) * size),
        width,
        used: widths[i],
      });
    });
    const [probabilities] = Object.values(await this.#model.run(lines));
    const [, steps, classes] = probabilities.shape;
    return boxes.map((_, i) => {
      const sequence = probabilities.data.subarray(i * steps * classes, (i + 1) * steps * classes);
      return reading(bestClasses(sequence, classes), this.#characters);
    });
  }

  dispose(): void {
    this.#model.dispose();
  }
}

interface Line {
  /** Planes of red, green and blue. */
  readonly data: Float32Array;
  readonly width: number;
  /** Columns that the box fills. */
  readonly used: number;
}

/** Samples a turned box of the picture into the left of an upright line, between pixels linearly. */
function straighten(picture: Pixels, box: Rectangle, { mean, deviation }: Normalization, line: Line): void {
  const { centre, along, across } = box;
  for (let row = 0; row < HEIGHT; row++) {
    const v = ((row + 0.5) / HEIGHT - 0.5) * box.height;
    for (let column = 0; column < line.used; column++) {
      const u = ((column + 0.5) / line.used - 0.5) * box.length;
      const x = centre.x + u * along.x + v * across.x - 0.5;
      const y = centre.y + u * along.y + v * across.y - 0.5;
      for (let channel = 0; channel < 3; channel++) {
        const value = sample(picture, x, y, channel) / 255;
        line.data[(channel * HEIGHT + row) * line.width + column] = (value - mean[channel]) / deviation[channel];
      }
    }
  }
}

function sample({ data, width, height }: Pixels, x: number, y: number, channel: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number) => {
    const place = Math.min(Math.max(row, 0), height - 1) * width + Math.min(Math.max(column, 0), width - 1);
    return data[place * 3 + channel];
  };
  const [right, bottom] = [x - left, y - top];
  const upper = at(left, top) * (1 - right) + at(left + 1, top) * right;
  const lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
  return upper * (1 - bottom) + lower * bottom;
}

/** The likeliest class of every step of [steps, classes], with its probability. */
export function bestClasses(probabilities: Float32Array, classes: number): BestClass[] {
  return Array.from({ length: probabilities.length / classes }, (_, step) => {
    const row = probabilities.subarray(step * classes, (step + 1) * classes);
    const index = row.reduce((best, value, i) => (value > row[best] ? i : best), 0);
    return { index, probability: row[index] };
  });
}

/** By class: 0 is a blank, the last one a space. */
export function charactersOf(dictionary: string): string[] {
  return ['', ...dictionary.trimEnd().split('\n'), ' '];
}

/** Repeated classes count once, and blanks for nothing. */
export function reading(classes: readonly BestClass[], characters: readonly string[]): Reading {
  const letters = classes.filter(({ index }, i) => index !== 0 && index !== classes[i - 1]?.index);
  const sum = letters.reduce((total, { probability }) => total + probability, 0);
  return {
    text: letters.map(({ index }) => characters[index]).join(''),
    confidence: letters.length === 0 ? 0 : sum / letters.length,
  };
}

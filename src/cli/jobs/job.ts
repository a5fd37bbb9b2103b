import type { FailOn } from '../../image/decode.js';
import { Image } from '../../image/image.js';
import { preprocess } from '../../image/preprocess.js';
import type { CompiledRecipe } from '../../image/recipe/recipe.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { UsageError } from '../usage-error.js';
import type { DecodeLimits } from './decode-in-order.js';
import type { JobFacts } from './job-facts.js';
import type { Format, LINES } from './rows.js';

/** A result on the disk. */
export interface Result {
  /** A file, or a folder of shards. */
  readonly out: string;
  readonly format: Format | typeof LINES;
  readonly shardRows: number;
  /** Of a row. */
  readonly shape: Shape;
  readonly files: readonly string[];
  /** Of the run: another one must not go on where this one stopped. */
  readonly facts: JobFacts;
}

/** What an image gives: a row of the result, a line, or nothing, and why. */
export interface Outcome {
  readonly values?: Float32Array;
  readonly line?: object;
  readonly reason?: string;
}

/** What is to be done. */
export interface Job extends Result {
  /** Files that cannot be read, each with why. */
  readonly unreadable: ReadonlyMap<string, string>;
  readonly recipe: CompiledRecipe;
  /** What becomes of the images of a batch, of which each is a row. */
  readonly outcomesOf: (batch: Tensor) => Promise<readonly Outcome[]>;
  readonly limits: DecodeLimits;
  /** Images that are computed together, at most. */
  readonly batchRows: number;
  /** Pixels refused in one image. */
  readonly pixelLimit: number;
  /** What damage a file is refused for. */
  readonly failOn: FailOn;
  /** Whether values are taken as they are stored. */
  readonly ignoreIcc?: boolean | undefined;
  /** Whether the first bad file ends it. */
  readonly strict: boolean;
}

/** The shape that the recipe gives to every image. @throws UsageError where images of other sizes get other shapes. */
export function rowShape(recipe: CompiledRecipe): Shape {
  const shapes = [
    [64, 64],
    [48, 96],
    [96, 48],
  ].map(([width, height]) => {
    const channels = recipe.channels === 'grey' ? 1 : 3;
    return preprocess(new Image(new Uint8Array(width * height * channels), width, height, channels), recipe).shape;
  });
  if (shapes.some((shape) => shape.join() !== shapes[0].join())) {
    throw new UsageError(
      'the recipe makes tensors of other shapes of images of other sizes, and rows must be alike: add --crop, --letterbox or --resize WIDTHxHEIGHT',
    );
  }
  return shapes[0];
}

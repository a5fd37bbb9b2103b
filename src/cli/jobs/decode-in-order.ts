import { availableParallelism } from 'node:os';
import type { OpenedImage } from '../../image/decode.js';
import type { Image } from '../../image/image.js';
import { Budget } from './budget.js';
import { mayBeMixed, reasonOf } from './reason.js';

/** How many images are decoded ahead. */
export interface DecodeLimits {
  /** At a time. */
  readonly workers: number;
  /** Decoded, or to be decoded next, while whoever asks for them is busy. */
  readonly ahead: number;
  /** In memory, decoded or about to be. */
  readonly pixels: number;
  /** Of these, what the caller may not have released when it asks for the next image; fewer than `pixels`. */
  readonly held: number;
}

/** One for each of the four threads that Node reads files and sharp decodes on, or one a processor where there are more. */
export function decodersByDefault(): number {
  return Math.max(4, availableParallelism());
}

/** A file that was decoded, or why it was not. */
export type Decoded = { readonly file: string } & (
  | { readonly image: Image; readonly pixels: number; readonly release: () => void }
  | { readonly reason: string }
);

/**
 * Decodes files several at a time and gives them in their order. `release` has to be called when an image is no longer
 * needed: others wait for its room. No error ends it: a file that cannot be read is one of its results.
 */
export async function* decodeInOrder(
  files: readonly string[],
  openImage: (file: string) => Promise<OpenedImage>,
  { workers, ahead, pixels, held }: DecodeLimits,
): AsyncGenerator<Decoded> {
  // However large the next image is, it has room beside those that the caller keeps: else each would wait for the other.
  const budget = new Budget(pixels, pixels - held);
  const places = new Budget(workers);
  const turns = new Turns(workers);
  const underWay: Promise<Decoded>[] = [];
  /** When the one before has its room: were a later image to take it first, the earlier one might never come. */
  let turn: Promise<unknown> = Promise.resolve();
  const start = (file: string) => {
    const before = turn;
    const opened = places.take(1).then(() => turns.beside(() => openImage(file)));
    const taken = opened.then(async (image) => {
      await before;
      await budget.take(image.width * image.height);
    });
    turn = Promise.all([before, taken.catch(() => {})]);
    const again = () => turns.alone(async () => (await openImage(file)).decode());
    return finish({ file, opened, taken, budget, turns })
      .catch(async (error: unknown) => ({ file, reason: await clearReason(error, file, again) }))
      .finally(() => places.give(1));
  };
  let next = 0;
  while (next < files.length || underWay.length > 0) {
    while (next < files.length && underWay.length < workers + ahead) underWay.push(start(files[next++]));
    yield await (underWay.shift() as Promise<Decoded>);
  }
}

/** An image on its way. */
interface UnderWay {
  readonly file: string;
  readonly opened: Promise<OpenedImage>;
  readonly taken: Promise<void>;
  readonly budget: Budget;
  readonly turns: Turns;
}

async function finish({ file, opened, taken, budget, turns }: UnderWay): Promise<Decoded> {
  const source = await opened;
  await taken;
  const pixels = source.width * source.height;
  const release = () => budget.give(pixels);
  try {
    return { file, image: await turns.beside(() => source.decode()), pixels, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Work that goes on beside other work, or alone. */
class Turns {
  readonly #places: Budget;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
    this.#places = new Budget(most);
  }

  beside<T>(work: () => Promise<T>): Promise<T> {
    return this.#take(1, work);
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#take(this.#most, work);
  }

  async #take<T>(places: number, work: () => Promise<T>): Promise<T> {
    await this.#places.take(places);
    try {
      return await work();
    } finally {
      this.#places.give(places);
    }
  }
}

/**
 * Why a file was not decoded, in words that are the same in every run: libvips collects what goes wrong in one place for all
 * threads, where one file's message gets another's lines. So it is decoded once more, alone, and again, because the first
 * time clears away what others have left there.
 */
async function clearReason(error: unknown, file: string, again: () => Promise<unknown>): Promise<string> {
  if (!mayBeMixed(error)) return reasonOf(error, file);
  await again().catch(() => {});
  const last = await again().then(
    () => error,
    (clear: unknown) => clear,
  );
  return reasonOf(last, file);
}

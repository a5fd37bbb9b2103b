import { availableParallelism } from 'node:os';
import type { OpenedImage } from '../../image/decode.js';
import type { Image } from '../../image/image.js';
import { Budget } from './budget.js';

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
  const underWay: Promise<Decoded>[] = [];
  /** When the one before has its room: were a later image to take it first, the earlier one might never come. */
  let turn: Promise<unknown> = Promise.resolve();
  const start = (file: string) => {
    const before = turn;
    const opened = places.take(1).then(() => openImage(file));
    const taken = opened.then(async (image) => {
      await before;
      await budget.take(image.width * image.height);
    });
    turn = Promise.all([before, taken.catch(() => {})]);
    return finish(file, opened, taken, budget).finally(() => places.give(1));
  };
  let next = 0;
  while (next < files.length || underWay.length > 0) {
    while (next < files.length && underWay.length < workers + ahead) underWay.push(start(files[next++]));
    yield await (underWay.shift() as Promise<Decoded>);
  }
}

async function finish(
  file: string,
  opened: Promise<OpenedImage>,
  taken: Promise<void>,
  budget: Budget,
): Promise<Decoded> {
  try {
    const source = await opened;
    await taken;
    const pixels = source.width * source.height;
    const release = () => budget.give(pixels);
    try {
      return { file, image: await source.decode(), pixels, release };
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    return { file, reason: reasonOf(error, file) };
  }
}

/** Without the file's name, which stands beside it. */
function reasonOf(error: unknown, file: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message;
}

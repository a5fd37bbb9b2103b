/** What a model may ask for while it is specialised, so that numbers from a feed or a file of some bytes cannot stop a process. */
export interface Limits {
  /** Bytes of a tensor, or of a table that is made for a node. */
  readonly tensorBytes: number;
  /** Numbers that may be handled before anything runs, on the calling thread, for one program. */
  readonly folding: number;
}

/** Some 32 channels of an image of 4K, or 128 of one of full HD; more than that is seldom meant. */
export const DEFAULT_TENSOR_BYTES = 2 ** 30;

/** Values of a table that a node is given, or of a Range: more would keep the calling thread for too long. */
export const MOST_TABLE_VALUES = 2 ** 24;

/** Numbers of an input that is a list of sizes, axes or places. */
export const MOST_LISTED = 2 ** 16;

/** What folding may cost beside what the numbers in the file themselves are worth: some tenths of a second. */
const FREE_FOLDING = 2 ** 26;

/** @param fileValues How many numbers the model's file has: what is derived of them is worth its time, once. */
export function limitsFor(fileValues: number, tensorBytes: number): Limits {
  return { tensorBytes, folding: FREE_FOLDING + 16 * fileValues };
}

import type { Mark } from './journal.js';

/** What came of some inputs. */
export interface Done {
  readonly inputs: number;
  /** Rows of the result. */
  readonly values: Float32Array;
  /** Lines for the index, and of the files that were no good. */
  readonly index: string;
  readonly errors: string;
  readonly errorCount: number;
}

/** Where the results of a job go. */
export interface Sink {
  /** How far it has come. */
  readonly mark: Mark;
  append(done: Done): Promise<void>;
  /** All inputs are through. */
  finish(): Promise<void>;
  /** It stops before that. */
  pause(): Promise<void>;
}

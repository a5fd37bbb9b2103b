import { ConvkitError } from '../errors.js';

/** A benchmark's shape, file or option that cannot be used (`ERR_BENCH`). */
export class BenchError extends ConvkitError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_BENCH', message, options);
  }
}

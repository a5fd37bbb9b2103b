import { ConvkitError } from '../errors.js';

/** A suite, a shape, an option or a result file that the benchmark command cannot use (`ERR_BENCH`). */
export class BenchError extends ConvkitError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_BENCH', message, options);
  }
}

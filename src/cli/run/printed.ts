import type { CommandContext } from '../command.js';
import { type Mark, START } from '../jobs/journal.js';
import type { Done, Sink } from '../jobs/sink.js';

/** Lines that are printed as they come. Nothing is kept of them. */
export class Printed implements Sink {
  readonly #print: CommandContext['print'];
  #mark: Mark = START;

  constructor(print: CommandContext['print']) {
    this.#print = print;
  }

  get mark(): Mark {
    return this.#mark;
  }

  async append({ inputs, index, errorCount }: Done): Promise<void> {
    if (index !== '') this.#print(index.slice(0, -1));
    const { mark } = this;
    this.#mark = { ...mark, inputs: mark.inputs + inputs, errors: mark.errors + errorCount };
  }

  async finish(): Promise<void> {}

  async pause(): Promise<void> {}
}

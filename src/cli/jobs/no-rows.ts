import type { RowWriter } from './rows.js';

/** For a result that is lines alone. */
export class NoRows implements RowWriter {
  readonly rows = 0;
  readonly durableRows = 0;

  async write(): Promise<void> {}

  async sync(): Promise<void> {}

  async finish(): Promise<void> {}

  async close(): Promise<void> {}
}

import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Tensor } from '../../tensor.js';
import type { CommandContext } from '../command.js';
import { refuseExisting, syncFolderOf } from '../files/durable.js';
import { FileRows } from '../preprocess/file-rows.js';
import { type Output, rowOf } from './output.js';

/** A row of a .npy file an image, and an index that names it; images that are no good have none. */
export class Rows implements Output {
  readonly #out: string;
  readonly #note: CommandContext['note'];
  readonly #index: FileHandle;
  #rows: FileRows | undefined;

  private constructor(out: string, note: CommandContext['note'], index: FileHandle) {
    this.#out = out;
    this.#note = note;
    this.#index = index;
  }

  /** @throws UsageError where a result is there that is not to be replaced */
  static async open(out: string, overwrite: boolean, note: CommandContext['note']): Promise<Rows> {
    await refuseExisting(out, overwrite);
    return new Rows(out, note, await open(partial(indexOf(out)), 'w'));
  }

  async good(file: string, outputs: Readonly<Record<string, Tensor>>, row: number): Promise<void> {
    const [tensor] = Object.values(outputs);
    this.#rows ??= await FileRows.open({ path: partial(this.#out), shape: tensor.shape.slice(1), keep: 0 }, 'npy');
    await this.#index.appendFile(`${JSON.stringify({ row: this.#rows.rows, file })}\n`);
    await this.#rows.write(rowOf(tensor, row));
  }

  bad(file: string, reason: string): void {
    this.#note(`${file}: ${reason}`);
  }

  /** Where no image was good there is no result: how long its rows would be is not known. */
  async finish(): Promise<void> {
    if (this.#rows === undefined) return this.abandon();
    await this.#rows.finish();
    await this.#index.sync();
    await this.#close();
    for (const name of [indexOf(this.#out), this.#out]) await rename(partial(name), name);
    await syncFolderOf(this.#out);
  }

  async abandon(): Promise<void> {
    await this.#close();
    for (const name of [indexOf(this.#out), this.#out]) await rm(partial(name), { force: true });
  }

  async #close(): Promise<void> {
    await this.#rows?.close();
    await this.#index.close();
  }
}

function indexOf(out: string): string {
  return `${out}.index.jsonl`;
}

function partial(name: string): string {
  return `${name}.partial`;
}

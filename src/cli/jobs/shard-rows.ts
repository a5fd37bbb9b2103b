import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Tensor } from '../../tensor.js';
import { encodeSafetensors } from '../../weights/safetensors.js';
import { lost, writeAt } from '../files/durable.js';
import { type RowFacts, type RowWriter, rowSize } from './rows.js';

/** Rows in files of `shardRows` each; the last one may have fewer. A shard becomes durable when it is full. */
export class ShardRows implements RowWriter {
  readonly #facts: RowFacts;
  readonly #shardRows: number;
  /** The shard that is being filled. */
  readonly #pending: Float32Array;
  #pendingRows = 0;
  #shards: number;
  #durableRows: number;

  private constructor(facts: RowFacts, shardRows: number) {
    this.#facts = facts;
    this.#shardRows = shardRows;
    this.#pending = new Float32Array(shardRows * rowSize(facts.shape));
    this.#shards = facts.keep / shardRows;
    this.#durableRows = facts.keep;
  }

  /** @param facts.keep A multiple of `shardRows`. */
  static async open(facts: RowFacts, shardRows: number): Promise<ShardRows> {
    await mkdir(facts.path, { recursive: true });
    const writer = new ShardRows(facts, shardRows);
    const kept = new Set(Array.from({ length: writer.#shards }, (_, i) => shardName(i)));
    const there = await readdir(facts.path);
    if (there.filter((name) => kept.has(name)).length < kept.size) throw lost(facts.path);
    for (const name of there) {
      if (!kept.has(name)) await rm(join(facts.path, name), { recursive: true });
    }
    return writer;
  }

  get rows(): number {
    return this.#durableRows + this.#pendingRows;
  }

  get durableRows(): number {
    return this.#durableRows;
  }

  async write(values: Float32Array): Promise<void> {
    const size = rowSize(this.#facts.shape);
    for (let at = 0; at < values.length; ) {
      const room = (this.#shardRows - this.#pendingRows) * size;
      const part = values.subarray(at, at + room);
      this.#pending.set(part, this.#pendingRows * size);
      this.#pendingRows += part.length / size;
      at += part.length;
      if (this.#pendingRows === this.#shardRows) await this.#flush();
    }
  }

  async sync(): Promise<void> {}

  async finish(): Promise<void> {
    if (this.#pendingRows > 0) await this.#flush();
  }

  async close(): Promise<void> {}

  async #flush(): Promise<void> {
    const shape = [this.#pendingRows, ...this.#facts.shape];
    const images = new Tensor(this.#pending.subarray(0, this.#pendingRows * rowSize(this.#facts.shape)), shape);
    const file = await open(join(this.#facts.path, shardName(this.#shards)), 'w');
    try {
      await writeAt(file, encodeSafetensors(new Map([['images', images]])), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    this.#shards++;
    this.#durableRows += this.#pendingRows;
    this.#pendingRows = 0;
  }
}

function shardName(number: number): string {
  return `images-${String(number).padStart(6, '0')}.safetensors`;
}

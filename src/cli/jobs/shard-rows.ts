import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Tensor } from '../../tensor.js';
import { encodeSafetensors } from '../../weights/safetensors.js';
import { createFile, lost } from '../files/durable.js';
import { factsOf, kindOf } from '../files/regular.js';
import { UsageError } from '../usage-error.js';
import { removeShards, shardName, writeManifest } from './manifest.js';
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
    await makeFolder(facts.path);
    const writer = new ShardRows(facts, shardRows);
    const kept = new Set(Array.from({ length: writer.#shards }, (_, i) => shardName(i)));
    const there = await readdir(facts.path);
    if (there.filter((name) => kept.has(name)).length < kept.size) throw lost(facts.path);
    await removeShards(facts.path, (name) => !kept.has(name));
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
    const rows = this.#durableRows;
    const shards = Array.from({ length: this.#shards }, (_, i) => ({
      file: shardName(i),
      rows: Math.min(this.#shardRows, rows - i * this.#shardRows),
    }));
    await writeManifest(this.#facts.path, { shape: [rows, ...this.#facts.shape], shards });
  }

  async close(): Promise<void> {}

  async #flush(): Promise<void> {
    const shape = [this.#pendingRows, ...this.#facts.shape];
    const images = new Tensor(this.#pending.subarray(0, this.#pendingRows * rowSize(this.#facts.shape)), shape);
    const path = join(this.#facts.path, shardName(this.#shards));
    await createFile(path, encodeSafetensors(new Map([['images', images]])));
    this.#shards++;
    this.#durableRows += this.#pendingRows;
    this.#pendingRows = 0;
  }
}

async function makeFolder(path: string): Promise<void> {
  const facts = await factsOf(path);
  if (facts === undefined) await mkdir(path);
  else if (!facts.isDirectory())
    throw new UsageError(`'${path}' is ${kindOf(facts)}, not a folder of convkit: it is left alone`);
}

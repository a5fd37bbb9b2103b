import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Bytes of an archive: [offset, length] of each piece, to be joined. */
export type Blob = readonly (readonly [number, number])[];

/** A file of test/fixtures that scripts/fixtures/archive.py wrote: an index, and the bytes that it points into. */
export class Archive<Index> {
  readonly index: Index;
  readonly #content: Buffer;

  constructor(name: string) {
    const file = gunzipSync(readFileSync(new URL(`../fixtures/${name}.gz`, import.meta.url)));
    const headerEnd = 4 + file.readUInt32LE(0);
    this.index = JSON.parse(file.toString('utf8', 4, headerEnd)) as Index;
    this.#content = file.subarray(headerEnd);
  }

  /** A copy, aligned for every typed array. */
  bytes(blob: Blob): Uint8Array<ArrayBuffer> {
    const length = blob.reduce((sum, [, size]) => sum + size, 0);
    const joined = new Uint8Array(length);
    let at = 0;
    for (const [offset, size] of blob) {
      joined.set(this.#content.subarray(offset, offset + size), at);
      at += size;
    }
    return joined;
  }
}

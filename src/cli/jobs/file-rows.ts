import type { FileHandle } from 'node:fs/promises';
import type { Shape } from '../../shape.js';
import { openBehind, writeAt } from '../files/durable.js';
import { littleEndian, type RowFacts, type RowWriter, rowSize } from './rows.js';

/** So long is a header of NumPy's format 1.0 here, whatever the number of rows, which is known only at the end. */
const NPY_HEADER_BYTES = 128;

/**
 * Rows one after another in one file, behind a header for NumPy or behind none.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export class FileRows implements RowWriter {
  readonly #file: FileHandle;
  readonly #facts: RowFacts;
  readonly #headerBytes: number;
  #rows: number;
  #durableRows: number;

  private constructor(file: FileHandle, facts: RowFacts, headerBytes: number) {
    this.#file = file;
    this.#facts = facts;
    this.#headerBytes = headerBytes;
    this.#rows = facts.keep;
    this.#durableRows = facts.keep;
  }

  static async open(facts: RowFacts, format: 'npy' | 'raw'): Promise<FileRows> {
    const headerBytes = format === 'npy' ? NPY_HEADER_BYTES : 0;
    // The header is written last, and until then the first row leaves room for it.
    const keep = facts.keep === 0 ? 0 : endOf(facts.keep, headerBytes, facts);
    return new FileRows(await openBehind(facts.path, keep), facts, headerBytes);
  }

  get rows(): number {
    return this.#rows;
  }

  get durableRows(): number {
    return this.#durableRows;
  }

  async write(values: Float32Array): Promise<void> {
    await writeAt(this.#file, littleEndian(values), this.#end());
    this.#rows += values.length / rowSize(this.#facts.shape);
  }

  async sync(): Promise<void> {
    await this.#file.datasync();
    this.#durableRows = this.#rows;
  }

  async finish(): Promise<void> {
    if (this.#headerBytes > 0) await writeAt(this.#file, npyHeader([this.#rows, ...this.#facts.shape]), 0);
    await this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #end(): number {
    return endOf(this.#rows, this.#headerBytes, this.#facts);
  }
}

function endOf(rows: number, headerBytes: number, { shape }: RowFacts): number {
  return headerBytes + 4 * rows * rowSize(shape);
}

/** Magic, version 1.0, the length of what follows, and a dictionary of Python's that ends with a new line. */
function npyHeader(shape: Shape): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple(shape)}), }`;
  const text = `${dictionary.padEnd(NPY_HEADER_BYTES - 11)}\n`;
  const header = Buffer.alloc(NPY_HEADER_BYTES);
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(text.length, 8);
  header.write(text, 10, 'latin1');
  return header;
}

/** As Python writes it: a lone number has a comma behind it. */
function tuple(shape: Shape): string {
  return shape.length === 1 ? `${shape[0]},` : shape.join(', ');
}

/**
 * Windows' files (PE32+), read here because no tool for them is on every machine.
 *
 * @typedef {object} PeDetails
 * @property {readonly { name: string, isWritable: boolean, isExecutable: boolean }[]} sections
 * @property {ReadonlySet<string>} protections what the file allows the loader, by the names of PROTECTIONS
 * @property {number} timestamp 0 where it is left out, so that the same sources give the same file
 */
import { readFileSync } from 'node:fs';

const CPUS = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
]);

/** Bits of DllCharacteristics. */
export const PROTECTIONS = { 'high-entropy-va': 0x20, dynamicbase: 0x40, nxcompat: 0x100 };

const PE32_PLUS = 0x20b;
const DIRECTORY = { exports: 0, imports: 1, debug: 6, lateImports: 13 };
const IS_EXECUTABLE = 0x20000000;
const IS_WRITABLE = 0x80000000;

/** @returns {import('./read.mjs').Binary} */
export function readPe(file) {
  const image = new Image(readFileSync(file), file);
  const atOnce = image.imported(DIRECTORY.imports, { size: 20, name: 12, table: 0 });
  const late = image.imported(DIRECTORY.lateImports, { size: 32, name: 4, table: 16 });
  return {
    format: 'pe',
    cpu: CPUS.get(image.machine) ?? `machine 0x${image.machine.toString(16)}`,
    bytes: image.bytes.length,
    libraries: [...new Set(atOnce.map((one) => one.library))],
    imports: [...atOnce, ...late].map((one) => ({ ...one, isWeak: false })),
    exports: image.exported(),
    isStripped: image.symbols === 0 && !image.sections.some(({ name }) => /^(?:\.debug|\/\d)/.test(name)),
    pe: { sections: image.sections, protections: image.protections(), timestamp: image.timestamp },
  };
}

class Image {
  constructor(bytes, file) {
    this.bytes = bytes;
    const header = bytes.readUInt32LE(0x3c);
    if (bytes.toString('latin1', header, header + 4) !== 'PE\0\0') throw new Error(`${file} is no PE file.`);
    this.machine = bytes.readUInt16LE(header + 4);
    this.timestamp = bytes.readUInt32LE(header + 8);
    this.symbols = bytes.readUInt32LE(header + 16);
    this.optional = header + 24;
    if (bytes.readUInt16LE(this.optional) !== PE32_PLUS) throw new Error(`${file} is no PE file of 64 bits.`);
    const first = this.optional + bytes.readUInt16LE(header + 20);
    this.sections = Array.from({ length: bytes.readUInt16LE(header + 6) }, (_, i) => this.#section(first + 40 * i));
  }

  #section(at) {
    const word = (offset) => this.bytes.readUInt32LE(at + offset);
    const flags = word(36);
    return {
      name: this.bytes.toString('latin1', at, at + 8).replace(/\0+$/, ''),
      address: word(12),
      length: word(16),
      offset: word(20),
      isWritable: (flags & IS_WRITABLE) !== 0,
      isExecutable: (flags & IS_EXECUTABLE) !== 0,
    };
  }

  protections() {
    const flags = this.bytes.readUInt16LE(this.optional + 70);
    return new Set(Object.keys(PROTECTIONS).filter((name) => (flags & PROTECTIONS[name]) !== 0));
  }

  /** The address of one of the tables that the header lists; 0 where there is none. */
  #directory(index) {
    return index < this.bytes.readUInt32LE(this.optional + 108)
      ? this.bytes.readUInt32LE(this.optional + 112 + 8 * index)
      : 0;
  }

  /** Where in the file something is that will have an address in memory. */
  #place(address) {
    const section = this.sections.find((one) => address >= one.address && address < one.address + one.length);
    if (section === undefined) throw new Error(`there is nothing at address 0x${address.toString(16)}`);
    return address - section.address + section.offset;
  }

  #word(address) {
    return this.bytes.readUInt32LE(this.#place(address));
  }

  #text(address) {
    const start = this.#place(address);
    return this.bytes.toString('latin1', start, this.bytes.indexOf(0, start));
  }

  /** Rows of one size, one for a library, up to one that is empty. `fields` has where in a row is what. */
  imported(index, { size, name, table }) {
    const found = [];
    for (let at = this.#directory(index); at !== 0 && this.#word(at + name) !== 0; at += size) {
      const library = this.#text(this.#word(at + name));
      for (const symbol of this.#namesIn(this.#word(at + table))) found.push({ name: symbol, library });
    }
    return found;
  }

  #namesIn(table) {
    const names = [];
    for (let at = table; ; at += 8) {
      const entry = this.bytes.readBigUInt64LE(this.#place(at));
      if (entry === 0n) return names;
      names.push(entry >> 63n === 1n ? `#${entry & 0xffffn}` : this.#text(Number(entry) + 2));
    }
  }

  exported() {
    const at = this.#directory(DIRECTORY.exports);
    if (at === 0) return [];
    const names = this.#word(at + 32);
    return Array.from({ length: this.#word(at + 24) }, (_, i) => this.#text(this.#word(names + 4 * i)));
  }
}

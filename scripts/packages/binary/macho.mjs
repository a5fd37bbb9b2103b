/**
 * Apple's files (64-bit Mach-O for one processor), read here because their tools are on Macs alone.
 *
 * @typedef {object} MachoDetails
 * @property {'dylib' | 'bundle' | string} type
 * @property {string} [oldestMacos] as in 11.0; undefined where the file is not for macOS, or does not say
 * @property {readonly string[]} rpaths folders that libraries are looked for in
 * @property {readonly { name: string, isWritable: boolean, isExecutable: boolean }[]} segments
 * @property {'none' | 'sound' | 'broken'} signature
 */
import { readFileSync } from 'node:fs';
import { signatureState } from './macho-signature.mjs';

const MAGIC = 0xfeedfacf;
const TYPES = new Map([
  [2, 'program'],
  [6, 'dylib'],
  [8, 'bundle'],
]);
const CPUS = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);

const COMMAND = {
  symbols: 0x2,
  segment: 0x19,
  signature: 0x1d,
  rpath: 0x8000001c,
  loaderInfo: 0x80000022,
  buildVersion: 0x32,
  exports: 0x80000033,
};
/** LC_LOAD_DYLIB and its kin: weakly, exporting it again, lazily, upwards. Symbols count them all, in the file's order. */
const LOADS = [0xc, 0x80000018, 0x8000001f, 0x20, 0x80000023];
const MACOS = 1;

/** Flag of the header: imports say of which library they are. */
const IS_TWO_LEVEL = 0x80;
const IS_WRITABLE = 2;
const IS_EXECUTABLE = 4;

/** Of a symbol's type and description. */
const FOR_DEBUGGERS = 0xe0;
const KIND = 0x0e;
const IS_EXTERNAL = 0x01;
const IS_WEAK = 0x40;

/** In place of a library's number. */
const OF_ANYONE = 0xfe;
const NO_LIBRARIES = new Map([
  [0x00, 'itself'],
  [0xff, 'the program that loads it'],
]);

/** What linkers add whatever they are told: a note that the file was stripped, and names of their own. */
const OF_LINKER = /^(?:radr:\/\/\d+|__dyld_private|__mh_\w+_header)$/;

/** @returns {import('./read.mjs').Binary} */
export function readMacho(file) {
  const image = new Image(readFileSync(file), file);
  const libraries = image.commandsOf(...LOADS).map((at) => image.textAt(at));
  const symbols = image.symbols();
  return {
    format: 'macho',
    cpu: CPUS.get(image.cpu) ?? `type 0x${image.cpu.toString(16)}`,
    bytes: image.bytes.length,
    libraries: [...new Set(libraries)],
    imports: symbols.filter((one) => one.isImport).map((one) => importOf(one, libraries, image.isTwoLevel)),
    exports: image.exported().map(plain),
    isStripped:
      symbols.every((one) => one.isImport || (one.isExternal && !one.isForDebuggers) || OF_LINKER.test(one.name)) &&
      !image.segments.some(({ name }) => name === '__DWARF'),
    macho: {
      type: TYPES.get(image.type) ?? `type ${image.type}`,
      oldestMacos: image.oldestMacos(),
      rpaths: image.commandsOf(COMMAND.rpath).map((at) => image.textAt(at)),
      segments: image.segments,
      signature: signatureState(image.bytes, image.blocksOf(COMMAND.signature)[0]),
    },
  };
}

/** As it stands in C. */
const plain = (name) => name.replace(/^_/, '');

/** Without a library where the loader is to look for it among all that is loaded. */
function importOf({ name, isWeak, library: number }, libraries, isTwoLevel) {
  if (!isTwoLevel || number === OF_ANYONE) return { name: plain(name), isWeak };
  const library = NO_LIBRARIES.get(number) ?? libraries[number - 1] ?? `library ${number} of ${libraries.length}`;
  return { name: plain(name), isWeak, library };
}

class Image {
  constructor(bytes, file) {
    this.bytes = bytes;
    if (bytes.readUInt32LE(0) !== MAGIC) throw new Error(`${file} is no Mach-O file of 64 bits for one processor.`);
    this.cpu = bytes.readUInt32LE(4);
    this.type = bytes.readUInt32LE(12);
    this.isTwoLevel = (bytes.readUInt32LE(24) & IS_TWO_LEVEL) !== 0;
    this.commands = [];
    for (let at = 32; this.commands.length < bytes.readUInt32LE(16); at += bytes.readUInt32LE(at + 4)) {
      this.commands.push(at);
    }
    this.segments = this.commandsOf(COMMAND.segment).map((at) => this.#segment(at));
  }

  commandsOf(...kinds) {
    return this.commands.filter((at) => kinds.includes(this.bytes.readUInt32LE(at)));
  }

  #segment(at) {
    const protection = this.bytes.readUInt32LE(at + 60);
    return {
      name: this.#text(at + 8, at + 24),
      isWritable: (protection & IS_WRITABLE) !== 0,
      isExecutable: (protection & IS_EXECUTABLE) !== 0,
    };
  }

  #text(start, limit = this.bytes.length) {
    const end = this.bytes.indexOf(0, start);
    return this.bytes.toString('latin1', start, end < 0 ? limit : Math.min(end, limit));
  }

  /** What a command ends with: the path of a library or of a folder. */
  textAt(command) {
    return this.#text(command + this.bytes.readUInt32LE(command + 8));
  }

  /** Places in the file that commands of a kind point to; `skip` is where in the command that stands. */
  blocksOf(kind, skip = 8) {
    return this.commandsOf(kind)
      .map((at) => ({ start: this.bytes.readUInt32LE(at + skip), size: this.bytes.readUInt32LE(at + skip + 4) }))
      .filter(({ size }) => size > 0);
  }

  oldestMacos() {
    const at = this.commandsOf(COMMAND.buildVersion).find((one) => this.bytes.readUInt32LE(one + 8) === MACOS);
    if (at === undefined) return undefined;
    const [patch, minor, major] = [this.bytes[at + 12], this.bytes[at + 13], this.bytes.readUInt16LE(at + 14)];
    return patch === 0 ? `${major}.${minor}` : `${major}.${minor}.${patch}`;
  }

  symbols() {
    return this.commandsOf(COMMAND.symbols).flatMap((at) => {
      const [first, count, texts] = [8, 12, 16].map((offset) => this.bytes.readUInt32LE(at + offset));
      return Array.from({ length: count }, (_, i) => this.#symbol(first + 16 * i, texts));
    });
  }

  #symbol(at, texts) {
    const type = this.bytes[at + 4];
    const isForDebuggers = (type & FOR_DEBUGGERS) !== 0;
    return {
      name: this.#text(texts + this.bytes.readUInt32LE(at)),
      isForDebuggers,
      isExternal: (type & IS_EXTERNAL) !== 0,
      isImport: !isForDebuggers && (type & KIND) === 0,
      isWeak: (this.bytes[at + 6] & IS_WEAK) !== 0,
      library: this.bytes[at + 7],
    };
  }

  /** What the loader finds in it; the table of symbols is for people. */
  exported() {
    return [...this.blocksOf(COMMAND.exports), ...this.blocksOf(COMMAND.loaderInfo, 40)].flatMap(({ start }) =>
      this.#namesBelow(start, 0, ''),
    );
  }

  /** Names stand in a tree, whose branches carry pieces of them. */
  #namesBelow(tree, node, prefix) {
    const own = this.#number(tree + node);
    const names = own.value > 0 ? [prefix] : [];
    let at = own.end + own.value;
    for (let left = this.bytes[at++]; left > 0; --left) {
      const piece = this.#text(at);
      const child = this.#number(at + piece.length + 1);
      names.push(...this.#namesBelow(tree, child.value, prefix + piece));
      at = child.end;
    }
    return names;
  }

  /** Seven bits a byte, the lowest first; the eighth says that more follow. */
  #number(at) {
    let value = 0;
    for (let end = at, factor = 1; ; factor *= 128) {
      const byte = this.bytes.readUInt8(end++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return { value, end };
    }
  }
}

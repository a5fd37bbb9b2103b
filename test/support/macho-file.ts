import { createHash } from 'node:crypto';

/** What a library for macOS is made of, as far as the reader of such files looks. */
export interface MachoFacts {
  readonly cpu?: number;
  readonly type?: number;
  readonly flags?: number;
  /** Paths, and by which command each is loaded; by default LC_LOAD_DYLIB. */
  readonly libraries?: readonly string[];
  readonly loadCommand?: number;
  readonly rpaths?: readonly string[];
  /** As numbers of a version; none where the file says nothing. */
  readonly macos?: readonly [number, number, number] | 'unsaid';
  readonly buildPlatform?: number;
  /** Names, each with the number of the library that has it. */
  readonly imports?: Readonly<Record<string, number>>;
  readonly importFlags?: number;
  readonly exports?: readonly string[];
  /** The command that points to the exports. */
  readonly exportsBy?: 'trie' | 'loader info';
  /** Names of no use to the loader, with the type that the table of symbols gives them. */
  readonly leftovers?: Readonly<Record<string, number>>;
  readonly segment?: { readonly name?: string; readonly protection?: number };
  readonly signature?: 'sound' | 'broken' | 'none';
}

export const DYNAMIC_LOOKUP = 0xfe;
const PAGE = 4096;

/** A library of 64 bits with these facts, by the format's description and without any code. */
export function machoFile(facts: MachoFacts): Buffer {
  const commands: Buffer[] = [];
  const blocks: Buffer[] = [];
  // The tables stand behind the commands, which have room up to here.
  let end = PAGE;
  const place = (block: Buffer) => {
    const start = end;
    const padded = Buffer.concat([block, Buffer.alloc(-block.length & 15)]);
    blocks.push(padded);
    end += padded.length;
    return [start, block.length] as const;
  };

  commands.push(segment(facts.segment ?? {}));
  for (const path of facts.libraries ?? []) commands.push(withText(facts.loadCommand ?? 0xc, 24, path));
  for (const path of facts.rpaths ?? []) commands.push(withText(0x8000001c, 12, path));
  const [major, minor, patch] = facts.macos === 'unsaid' ? [0, 0, 0] : (facts.macos ?? [11, 0, 0]);
  if (facts.macos !== 'unsaid') {
    commands.push(words(0x32, 24, facts.buildPlatform ?? 1, (major << 16) | (minor << 8) | patch, 0, 0));
  }
  const { table, texts } = symbols(facts);
  const [symbolsAt, symbolBytes] = place(table);
  commands.push(words(0x2, 24, symbolsAt, symbolBytes / 16, ...place(texts)));
  const exported = place(exportTree(facts.exports ?? []));
  if (facts.exportsBy === 'loader info') commands.push(words(0x80000022, 48, 0, 0, 0, 0, 0, 0, 0, 0, ...exported));
  else commands.push(words(0x80000033, 16, ...exported));
  const isSigned = facts.signature !== 'none';
  if (isSigned) commands.push(words(0x1d, 16, end, signatureBytes(end)));

  const head = words(0xfeedfacf, facts.cpu ?? 0x0100000c, 0, facts.type ?? 6, commands.length);
  const length = commands.reduce((sum, one) => sum + one.length, 0);
  const start = Buffer.concat([head, words(length, facts.flags ?? 0x80, 0), ...commands]);
  const content = Buffer.concat([start, Buffer.alloc(PAGE - start.length), ...blocks]);
  if (!isSigned) return content;
  const signed = Buffer.concat([content, signature(content)]);
  if (facts.signature === 'broken') signed[PAGE - 1] = 1;
  return signed;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32LE(value >>> 0, 4 * i);
  });
  return bytes;
}

/** A command that ends with a text, which begins at `offset`. */
function withText(command: number, offset: number, text: string): Buffer {
  const size = Math.ceil((offset + text.length + 1) / 8) * 8;
  const bytes = Buffer.alloc(size);
  words(command, size, offset).copy(bytes);
  bytes.write(text, offset, 'latin1');
  return bytes;
}

function segment({ name = '__TEXT', protection = 5 }: NonNullable<MachoFacts['segment']>): Buffer {
  const bytes = Buffer.alloc(72);
  words(0x19, 72).copy(bytes);
  bytes.write(name, 8, 'latin1');
  bytes.writeUInt32LE(protection, 60);
  return bytes;
}

function symbols(facts: MachoFacts): { table: Buffer; texts: Buffer } {
  const rows = [
    ...Object.entries(facts.leftovers ?? {}).map(([name, type]) => ({ name, type, description: 0 })),
    ...(facts.exports ?? []).map((name) => ({ name, type: 0x0f, description: 0 })),
    ...Object.entries(facts.imports ?? {}).map(([name, library]) => ({
      ...{ name, type: 0x01, description: (library << 8) | (facts.importFlags ?? 0) },
    })),
  ];
  const table = Buffer.alloc(16 * rows.length);
  let texts = '\0';
  rows.forEach(({ name, type, description }, i) => {
    table.writeUInt32LE(texts.length, 16 * i);
    table[16 * i + 4] = type;
    table.writeUInt16LE(description, 16 * i + 6);
    texts += `${name}\0`;
  });
  return { table, texts: Buffer.from(texts, 'latin1') };
}

/** All names begin with an underscore: that is a branch, on which the rest of each stands. Numbers take two bytes. */
function exportTree(names: readonly string[]): Buffer {
  const number = (value: number) => [(value & 0x7f) | 0x80, value >> 7];
  const [trunk, leaf] = [6, 4];
  const pieces = names.map((name) => [...Buffer.from(`${name.slice(1)}\0`, 'latin1')]);
  const leaves = trunk + 2 + pieces.reduce((sum, piece) => sum + piece.length + 2, 0);
  return Buffer.from([
    ...[0, names.length === 0 ? 0 : 1, ...Buffer.from('_\0'), ...number(trunk)],
    ...[0, names.length, ...pieces.flatMap((piece, i) => [...piece, ...number(leaves + leaf * i)])],
    // A leaf says how long it is, what kind of symbol it is and where, and has no branches.
    ...names.flatMap(() => [2, 0, 8, 0]),
  ]);
}

const IDENTITY = 'convkit\0';
const HEAD = 20;
const DIRECTORY = 44;

const signatureBytes = (length: number) => HEAD + DIRECTORY + IDENTITY.length + 32 * Math.ceil(length / PAGE);

/** As a linker makes it: one directory with the hash of each page. Its numbers have the highest byte first. */
function signature(content: Buffer): Buffer {
  const bytes = Buffer.alloc(signatureBytes(content.length));
  const count = Math.ceil(content.length / PAGE);
  const hashes = DIRECTORY + IDENTITY.length;
  [0xfade0cc0, bytes.length, 1, 0, HEAD].forEach((value, i) => {
    bytes.writeUInt32BE(value, 4 * i);
  });
  const numbers = [0xfade0c02, bytes.length - HEAD, 0x20400, 0x20002, hashes, DIRECTORY, 0, count, content.length];
  numbers.forEach((value, i) => {
    bytes.writeUInt32BE(value, HEAD + 4 * i);
  });
  bytes.set([32, 2, 0, Math.log2(PAGE)], HEAD + 36);
  bytes.write(IDENTITY, HEAD + DIRECTORY, 'latin1');
  for (let page = 0; page < count; ++page) {
    const part = content.subarray(PAGE * page, PAGE * (page + 1));
    createHash('sha256')
      .update(part)
      .digest()
      .copy(bytes, HEAD + hashes + 32 * page);
  }
  return bytes;
}

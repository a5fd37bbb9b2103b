import { readStart } from './file-start.js';

/** What a compiled addon says of itself in its headers: what it was made for, whether or not this machine can load it. */
export interface BinaryFormat {
  /** As `process.platform` has it. */
  readonly os: 'linux' | 'darwin' | 'win32';
  /** As `process.arch` has it, or the number that the header has. */
  readonly cpu: string;
  /** The C library that it links against; only on Linux, and only where it names one. */
  readonly libc?: 'glibc' | 'musl';
  /** Whether bytes that the headers speak of are missing at the end. */
  readonly isTruncated: boolean;
}

const ELF_MAGIC = 0x7f454c46;
const ELF_CPUS: Readonly<Record<number, string>> = { 3: 'ia32', 40: 'arm', 62: 'x64', 183: 'arm64', 243: 'riscv64' };
const PE_CPUS: Readonly<Record<number, string>> = { 332: 'ia32', 34404: 'x64', 43620: 'arm64' };
const MACH_O_CPUS: Readonly<Record<number, string>> = { 16777223: 'x64', 16777228: 'arm64' };

const SEGMENT_LOAD = 1;
const SEGMENT_DYNAMIC = 2;
const TAG_NEEDED = 1;
const TAG_STRING_TABLE = 5;

/** All headers that say where the rest lies are within so many bytes, though not what says which libraries are needed. */
const HEAD_BYTES = 8192;

/**
 * Undefined for what is no program or library of the systems above.
 *
 * @param file all of it, or its head where `size` says how long it is; without the rest there is no `libc`
 */
export function readBinaryFormat(file: Uint8Array, size = file.byteLength): BinaryFormat | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  try {
    return readElf(bytes, size) ?? readMachO(bytes, size) ?? readPortableExecutable(bytes, size);
  } catch (error) {
    // The headers themselves are not all there.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Whether bytes are missing at a file's end, in 0.05 ms; false where it may not be read. Whoever loads such a file may end
 * the process: the system maps what is not there, and the first access is a bus error.
 */
export function isTruncatedFile(path: string): boolean {
  try {
    const { bytes, size } = readStart(path, HEAD_BYTES);
    return readBinaryFormat(bytes, size)?.isTruncated ?? false;
  } catch {
    return false;
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

function readElf(file: Buffer, size: number): BinaryFormat | undefined {
  if (file.readUInt32BE(0) !== ELF_MAGIC) return undefined;
  const machine = file[5] === 2 ? file.readUInt16BE(18) : file.readUInt16LE(18);
  const cpu = ELF_CPUS[machine] ?? `machine ${machine}`;
  // Of 32 bits, or greatest byte first: no addon of any platform, so it is enough to know for which machine.
  if (file[4] !== 2 || file[5] !== 1) return { os: 'linux', cpu, isTruncated: false };
  const segments = readSegments(file);
  const sectionsEnd = Number(file.readBigUInt64LE(40)) + file.readUInt16LE(58) * file.readUInt16LE(60);
  const end = Math.max(sectionsEnd, ...segments.map(({ offset, bytes }) => offset + bytes));
  const isTruncated = end > size;
  const libc = isTruncated || file.length < size ? undefined : libcOf(neededBy(file, segments));
  return { os: 'linux', cpu, isTruncated, ...(libc && { libc }) };
}

function readSegments(file: Buffer): Segment[] {
  const start = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = start + size * index;
    const [offset, address] = [file.readBigUInt64LE(at + 8), file.readBigUInt64LE(at + 16)].map(Number);
    return { type: file.readUInt32LE(at), offset, address, bytes: Number(file.readBigUInt64LE(at + 32)) } as Segment;
  });
}

/** The names of the libraries that an ELF file needs. */
function neededBy(file: Buffer, segments: readonly Segment[]): string[] {
  const dynamic = segments.find(({ type }) => type === SEGMENT_DYNAMIC);
  if (dynamic === undefined) return [];
  const entries = Array.from({ length: Math.floor(dynamic.bytes / 16) }, (_, index) => {
    const at = dynamic.offset + 16 * index;
    return { tag: Number(file.readBigUInt64LE(at)), value: Number(file.readBigUInt64LE(at + 8)) };
  });
  const address = entries.find(({ tag }) => tag === TAG_STRING_TABLE)?.value ?? 0;
  const holds = ({ type, address: from, bytes }: Segment) =>
    type === SEGMENT_LOAD && address >= from && address < from + bytes;
  const holder = segments.find(holds);
  if (holder === undefined) return [];
  const strings = address - holder.address + holder.offset;
  return entries.filter(({ tag }) => tag === TAG_NEEDED).map(({ value }) => stringAt(file, strings + value));
}

/** A library's name, up to the zero after it; what is longer than all of them is none. */
function stringAt(file: Buffer, start: number): string {
  const name = file.toString('latin1', start, start + 64);
  return name.slice(0, name.indexOf('\0'));
}

function libcOf(libraries: readonly string[]): BinaryFormat['libc'] {
  if (libraries.includes('libc.so.6')) return 'glibc';
  return libraries.some((name) => name === 'libc.so' || name.startsWith('libc.musl-')) ? 'musl' : undefined;
}

function readMachO(file: Buffer, size: number): BinaryFormat | undefined {
  if (file.readUInt32LE(0) !== 0xfeedfacf) return undefined;
  const cpu = file.readUInt32LE(4);
  let end = 32 + file.readUInt32LE(20);
  let at = 32;
  for (let command = 0; command < file.readUInt32LE(16) && at < end && end <= size; command++) {
    // A segment of 64 bits: where its bytes lie in the file.
    if (file.readUInt32LE(at) === 0x19) {
      end = Math.max(end, Number(file.readBigUInt64LE(at + 40) + file.readBigUInt64LE(at + 48)));
    }
    at += Math.max(8, file.readUInt32LE(at + 4));
  }
  return { os: 'darwin', cpu: MACH_O_CPUS[cpu] ?? `type ${cpu}`, isTruncated: end > size };
}

function readPortableExecutable(file: Buffer, size: number): BinaryFormat | undefined {
  if (file.toString('latin1', 0, 2) !== 'MZ') return undefined;
  const header = file.readUInt32LE(0x3c);
  if (file.toString('latin1', header, header + 4) !== 'PE\0\0') return undefined;
  const machine = file.readUInt16LE(header + 4);
  const sections = header + 24 + file.readUInt16LE(header + 20);
  const ends = Array.from({ length: file.readUInt16LE(header + 6) }, (_, index) => {
    const at = sections + 40 * index;
    return file.readUInt32LE(at + 16) + file.readUInt32LE(at + 20);
  });
  return {
    os: 'win32',
    cpu: PE_CPUS[machine] ?? `machine ${machine}`,
    isTruncated: Math.max(...ends) > size,
  };
}

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const localBuild = join(root, 'build/Release/convkit.node');

/** This machine's addon, where it was built. */
export const builtAddon = existsSync(localBuild) ? localBuild : undefined;

const clone = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
export const version: string = clone.version;

/** Of the package that this machine needs, as far as the tests run on it. */
export const HERE = `@convkit/${process.platform}-${process.arch}${isMusl() ? '-musl' : ''}`;

function isMusl(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return process.platform === 'linux' && header.glibcVersionRuntime === undefined;
}

/** What the program found: `warning` where it fell back, `error` where it did not get that far. */
export interface Outcome {
  readonly backend?: string;
  readonly reason?: string;
  readonly error?: { readonly name: string; readonly message: string; readonly cause?: string };
  readonly stderr: string;
}

/** A program's folder in which convkit was installed, with whatever platforms' packages a test puts beside it. */
export class Installed {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'convkit-installed-')));
  readonly convkit = join(this.folder, 'node_modules', 'convkit');

  constructor(optionalDependencies: Readonly<Record<string, string>> = { [HERE]: version }) {
    cpSync(join(root, 'dist', 'bundle'), join(this.convkit, 'dist', 'bundle'), {
      recursive: true,
      filter: (path) => !path.endsWith('.map'),
    });
    this.#write(join(this.convkit, 'package.json'), { ...clone, scripts: undefined, optionalDependencies });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Without what the last test left. */
  clean(): this {
    rmSync(join(this.folder, 'node_modules', '@convkit'), { recursive: true, force: true });
    for (const name of ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']) {
      rmSync(join(this.folder, name), { force: true });
    }
    return this;
  }

  /** Installs a platform's package with the bytes as its addon; without a file where there are none. */
  addPackage(name: string, addon?: string | Uint8Array, manifest: object = {}): string {
    const file = join(this.folder, 'node_modules', name, 'convkit.node');
    this.#write(join(dirname(file), 'package.json'), { name, version, main: 'convkit.node', ...manifest });
    if (addon !== undefined) writeFileSync(file, addon);
    return file;
  }

  addFile(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o644);
    return path;
  }

  #write(path: string, manifest: object): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(manifest));
  }

  /** Asks for the backend in a process of its own; `before` runs ahead of the import. */
  run({ before = '', flags = [], env = {} }: RunOptions = {}): Outcome {
    const code = `${before};
      const { runtime } = await import('convkit');
      try { console.log(JSON.stringify(runtime())); } catch (error) {
        const { name, message, cause } = error;
        console.log(JSON.stringify({ error: { name, message, ...(cause && { cause: cause.message }) } }));
      }`;
    const { lines, stderr } = this.start([...flags, '--input-type=module', '-e', code], env);
    return { ...JSON.parse(lines[0] ?? '{}'), stderr };
  }

  /** Runs Node in the program's folder to its end. */
  start(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const clean = { NODE_OPTIONS: '', CONVKIT_BACKEND: '', CONVKIT_REQUIRE_NATIVE: '', CONVKIT_ISA: '' };
    const { stdout, stderr, status } = spawnSync(process.execPath, words, {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, ...clean, ...env },
    });
    return { lines: stdout.split('\n').filter((line) => line !== ''), stderr, status };
  }
}

export interface RunOptions {
  readonly before?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that believes to run elsewhere. */
export function pretend(facts: { platform?: string; arch?: string; execPath?: string }): RunOptions {
  const lines = Object.entries(facts).map(
    ([name, value]) => `Object.defineProperty(process, '${name}', { value: ${JSON.stringify(value)} })`,
  );
  return { before: lines.join(';') };
}

/** Headers of a shared library for Linux that says which processor it is for, and which libraries it needs. */
export function elfFile({ machine = 62, needs = 'libc.so.6' }: { machine?: number; needs?: string } = {}): Buffer {
  const file = Buffer.alloc(512);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(3, 16);
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  writeSegment(file, 64, { type: 1, offset: 0, bytes: 512 });
  writeSegment(file, 120, { type: 2, offset: 192, bytes: 48 });
  // Its name is the first of the strings at 256.
  for (const [index, entry] of [[1n, 0n] as const, [5n, 256n] as const].entries()) {
    file.writeBigUInt64LE(entry[0], 192 + 16 * index);
    file.writeBigUInt64LE(entry[1], 200 + 16 * index);
  }
  file.write(`${needs}\0`, 256, 'latin1');
  return file;
}

function writeSegment(file: Buffer, at: number, segment: { type: number; offset: number; bytes: number }): void {
  file.writeUInt32LE(segment.type, at);
  file.writeBigUInt64LE(BigInt(segment.offset), at + 8);
  file.writeBigUInt64LE(BigInt(segment.offset), at + 16);
  file.writeBigUInt64LE(BigInt(segment.bytes), at + 32);
}

/** The start of a library for Windows. */
export function windowsFile(): Buffer {
  const file = Buffer.alloc(512);
  file.write('MZ', 'latin1');
  file.writeUInt32LE(0x80, 0x3c);
  file.write('PE\0\0', 0x80, 'latin1');
  file.writeUInt16LE(0x8664, 0x84);
  file.writeUInt16LE(1, 0x86);
  // The one section: its bytes and where they lie.
  file.writeUInt32LE(256, 0x98 + 16);
  file.writeUInt32LE(256, 0x98 + 20);
  return file;
}

/** A library for macOS of one segment. */
export function machOFile(): Buffer {
  const file = Buffer.alloc(512);
  file.writeUInt32LE(0xfeedfacf, 0);
  file.writeUInt32LE(0x0100000c, 4);
  file.writeUInt32LE(1, 16);
  file.writeUInt32LE(72, 20);
  file.writeUInt32LE(0x19, 32);
  file.writeUInt32LE(72, 36);
  file.writeBigUInt64LE(512n, 32 + 48);
  return file;
}

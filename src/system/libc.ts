import { closeSync, openSync, readSync } from 'node:fs';

/** The C library that a process on Linux runs on; an addon has to be linked against the same. */
export type Libc = 'glibc' | 'musl';

/** The start of an executable: its headers, and the name of the loader that runs it. */
const HEAD_BYTES = 4096;

let known: { readonly libc: Libc | undefined } | undefined;

/**
 * Which one this process runs on; undefined where there is but one to choose from, and where nothing tells. By the loader
 * that the running executable names, which takes 0.1 ms; Node's report takes some.
 */
export function libcHere(): Libc | undefined {
  if (process.platform !== 'linux') return undefined;
  known ??= { libc: libcOfDeno() ?? libcOfExecutable() ?? libcOfReport() };
  return known.libc;
}

/** Deno would ask its user for leave to read, but tells what it was built for. */
function libcOfDeno(): Libc | undefined {
  const target = (globalThis as { Deno?: { build?: { target?: string } } }).Deno?.build?.target;
  if (target === undefined) return undefined;
  return target.includes('musl') ? 'musl' : 'glibc';
}

/** Undefined where it may not be read, as under the permission model, or names no loader. */
function libcOfExecutable(): Libc | undefined {
  try {
    return libcOfLoader(readHead(process.execPath));
  } catch {
    return undefined;
  }
}

function readHead(path: string): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.toString('latin1', 0, readSync(file, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

/** `/lib/ld-musl-x86_64.so.1` and `/lib64/ld-linux-x86-64.so.2`, wherever a distribution keeps them. */
export function libcOfLoader(head: string): Libc | undefined {
  const name = /\/ld-(musl|linux)[-.]/.exec(head)?.[1];
  if (name === undefined) return undefined;
  return name === 'musl' ? 'musl' : 'glibc';
}

interface Report {
  readonly header?: { readonly glibcVersionRuntime?: string };
  readonly sharedObjects?: readonly string[];
}

function libcOfReport(): Libc | undefined {
  const { header, sharedObjects = [] } = readReport();
  if (header?.glibcVersionRuntime) return 'glibc';
  return sharedObjects.some((path) => /(?:libc\.musl-|ld-musl-)/.test(path)) ? 'musl' : undefined;
}

/** Where this process runs on glibc: its version, as `2.36`. */
export function glibcVersion(): string | undefined {
  return readReport().header?.glibcVersionRuntime;
}

/** Without looking up the names of the machines that the process is connected to, which can take seconds. */
function readReport(): Report {
  const report = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined;
  if (report === undefined) return {};
  const before = report.excludeNetwork;
  try {
    report.excludeNetwork = true;
    return (report.getReport() as Report | null) ?? {};
  } catch {
    return {};
  } finally {
    report.excludeNetwork = before ?? false;
  }
}

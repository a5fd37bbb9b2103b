import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BenchError } from '../../bench/bench-error.js';
import { type BenchResult, parseResult } from '../../bench/result.js';

const execute = promisify(execFile);

/** A run of `convkit bench` in a process of its own. */
export interface BenchChild {
  /** What messages call it. */
  readonly name: string;
  /** The script of the build that runs. */
  readonly command: string;
  /** After `bench`. */
  readonly words: readonly string[];
  /** Added to this process's. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Measures in a child process; cases that could not be measured are in the result.
 *
 * @param note Told what the child had to say, where it succeeds.
 * @throws BenchError with what the child said, where it has no result
 */
export async function benchInChild(child: BenchChild, note: (text: string) => void = () => {}): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'convkit-bench-'));
  const file = join(folder, 'result.json');
  try {
    const said = await run(child, file);
    const remarks = said.replace(`wrote ${file}`, '').trim();
    if (remarks !== '') note(remarks);
    return parseResult(await readFile(file, 'utf8'), child.name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What it wrote to standard error. */
async function run({ name, command, words, environment, signal }: BenchChild, file: string) {
  try {
    const env = { ...process.env, ...environment };
    const { stderr } = await execute(process.execPath, [command, 'bench', '--json', file, ...words], { env, signal });
    return stderr;
  } catch (cause) {
    signal.throwIfAborted();
    const { code, stderr = '' } = cause as { code?: unknown; stderr?: string };
    // Some case could not be measured: which, and why, is in the result.
    if (code === 1 && existsSync(file)) return stderr;
    throw new BenchError(`${name} could not be measured: ${stderr.trim() || String(cause)}`, { cause });
  }
}

/** The words of an option that is given once for each value. */
export function repeated(option: string, values: readonly (string | number)[]): string[] {
  return values.flatMap((value) => [option, String(value)]);
}

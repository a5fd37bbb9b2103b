import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BenchError } from '../../bench/bench-error.js';
import { mergeIsas } from '../../bench/isas.js';
import type { BenchResult } from '../../bench/result.js';
import type { CommandContext } from '../command.js';
import { benchInChild } from './bench-child.js';

const execute = promisify(execFile);

/**
 * Measures with each instruction set in a process of its own, because the addon chooses one when it is loaded.
 *
 * @param words The command line after `bench`, without `--isa` and what is to be done with the result.
 * @throws BenchError before anything is measured, where this machine lacks one of them
 */
export async function measureIsas(
  isas: readonly string[],
  words: readonly string[],
  { note, signal }: CommandContext,
): Promise<BenchResult> {
  const distinct = [...new Set(isas)];
  const command = process.argv[1];
  for (const isa of distinct) await requireIsa(isa, command, signal);
  const results = new Map<string, BenchResult>();
  for (const isa of distinct) {
    if (distinct.length > 1) note(`measuring ${isa}`);
    const child = { name: isa, command, words, environment: environmentOf(isa), signal };
    results.set(isa, await benchInChild(child, note));
  }
  return mergeIsas(results);
}

/** CONVKIT_ISA is the highest that may be used: where it is missing, the addon takes a lower one without a word. */
async function requireIsa(isa: string, command: string, signal: AbortSignal): Promise<void> {
  const env = { ...process.env, ...environmentOf(isa) };
  const { stdout } = await execute(process.execPath, [command, 'info', '--json'], { env, signal });
  const { isa: taken, reason } = JSON.parse(stdout) as { isa: string; reason?: string };
  if (taken === isa) return;
  throw new BenchError(`--isa: ${isa} cannot be measured here: ${reason ?? `convkit would take ${taken}`}`);
}

const environmentOf = (isa: string) => ({ CONVKIT_BACKEND: 'native', CONVKIT_ISA: isa });

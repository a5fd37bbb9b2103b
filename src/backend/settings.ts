import { availableParallelism } from 'node:os';
import { ArgumentError } from '../errors.js';
import { readCpuLimit } from '../system/cgroup.js';

/** What `setBackend` and CONVKIT_BACKEND accept. */
export const BACKEND_CHOICES = ['auto', 'native', 'typescript'] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** What CONVKIT_ISA accepts: the highest instruction set that may be used. */
export const ISA_CHOICES = ['amx', 'avx512', 'avx2', 'neon', 'baseline'] as const;

/** More threads than this is a mistake on any machine. */
export const MAX_THREADS = 1024;

/** The environment's switches, checked. */
export interface Settings {
  readonly backend: BackendChoice;
  readonly threads: number | undefined;
  readonly requireNative: boolean;
}

function oneOf<Choice extends string>(choices: readonly Choice[], value: unknown, where: string): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    const given = typeof value === 'string' ? `'${value}'` : String(value);
    throw new ArgumentError(`${where}: expected one of ${choices.join(', ')}, but got ${given}`);
  }
  return found;
}

/** Checks a backend's name. @throws ArgumentError that lists the valid ones. */
export function checkBackendChoice(value: unknown, where: string): BackendChoice {
  return oneOf(BACKEND_CHOICES, value, where);
}

/** Checks a number of threads. @throws ArgumentError unless it is an integer in 1 … MAX_THREADS. */
export function checkThreads(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MAX_THREADS) {
    const given = typeof value === 'string' ? `'${value}'` : String(value);
    throw new ArgumentError(`${where}: expected an integer from 1 to ${MAX_THREADS}, but got ${given}`);
  }
  return value;
}

function checkFlag(value: string, where: string): boolean {
  return oneOf(['0', '1'], value, where) === '1';
}

/**
 * Reads CONVKIT_BACKEND, CONVKIT_THREADS, CONVKIT_ISA and CONVKIT_REQUIRE_NATIVE; an empty one counts as unset.
 *
 * @throws ArgumentError for an unknown value.
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const { CONVKIT_BACKEND, CONVKIT_THREADS, CONVKIT_ISA, CONVKIT_REQUIRE_NATIVE } = environment;
  if (CONVKIT_ISA) oneOf(ISA_CHOICES, CONVKIT_ISA, 'CONVKIT_ISA');
  const backend = CONVKIT_BACKEND ? checkBackendChoice(CONVKIT_BACKEND, 'CONVKIT_BACKEND') : 'auto';
  const requireNative = CONVKIT_REQUIRE_NATIVE ? checkFlag(CONVKIT_REQUIRE_NATIVE, 'CONVKIT_REQUIRE_NATIVE') : false;
  const threads = CONVKIT_THREADS ? checkThreads(toNumber(CONVKIT_THREADS), 'CONVKIT_THREADS') : undefined;
  return { backend, threads, requireNative };
}

function toNumber(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/**
 * The number of threads where nobody chose one: as many as processors may be used, and no more than a container's quota pays for,
 * as the native core counts. Node 20 does not look at the quota itself.
 */
export function defaultThreads(root = '/'): number {
  const { quota = MAX_THREADS } = readCpuLimit(root) ?? {};
  return Math.min(availableParallelism(), Math.ceil(quota), MAX_THREADS);
}

import type { BenchCase } from '../result.js';

/**
 * One name for a case in formats that know a benchmark by its name alone, and keep its history under it: all that
 * makes a case unique. The algorithm comes last: where it changes, a new history begins.
 */
export function caseKey({ suite, name, side, threads, algorithm }: BenchCase): string {
  return [suite, name, side, `threads:${threads}`, ...(algorithm === undefined ? [] : [algorithm])].join('/');
}

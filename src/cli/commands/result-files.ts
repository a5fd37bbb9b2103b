import { readFile } from 'node:fs/promises';
import { BenchError } from '../../bench/bench-error.js';
import { type BenchResult, parseResult } from '../../bench/result.js';
import { messageOf } from '../../thrown.js';

/** @throws BenchError that names the file which cannot be read, or is no result. */
export function readResults(paths: readonly string[]): Promise<BenchResult[]> {
  return Promise.all(paths.map(readResult));
}

async function readResult(path: string): Promise<BenchResult> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new BenchError(`${path}: cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  return parseResult(text, path);
}

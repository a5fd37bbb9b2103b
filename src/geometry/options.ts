import { types } from 'node:util';
import { ArgumentError } from '../errors.js';
import { describe, isPlainObject } from '../values.js';

/** Options whose names are checked and whose values are not yet. */
export type Unchecked<Key extends string> = { readonly [K in Key]?: unknown };

/**
 * Checks that `options` is an options object with only `known` keys; undefined gives no options.
 *
 * @throws ArgumentError that lists the valid keys and suggests the likely one.
 */
export function readOptions<Key extends string>(
  operator: string,
  options: unknown,
  known: readonly Key[],
): Unchecked<Key> {
  if (options === undefined) return {};
  requirePlain(operator, options, known);
  for (const key of Object.keys(options)) {
    if (!(known as readonly string[]).includes(key)) throw unknownOption(operator, key, known);
  }
  return options as Unchecked<Key>;
}

/** @throws ArgumentError where `options` is no plain object, with what was probably meant. */
export function requirePlain(operator: string, options: unknown, known: readonly string[]): asserts options is object {
  const hint = meant(options, known);
  if (hint === undefined && isPlainObject(options)) return;
  throw new ArgumentError(`${operator}: options must be an object, but got ${describe(options)}${hint ?? ''}`);
}

/** What somebody who gives this as options will have wanted to write. */
function meant(options: unknown, known: readonly string[]): string | undefined {
  const takes = (name: string) => known.includes(name);
  if (options === null) return '; leave it out';
  if (types.isMap(options)) return '; Object.fromEntries() makes one of it';
  if (typeof options === 'number' || (Array.isArray(options) && options.every((size) => typeof size === 'number'))) {
    return takes('stride') ? `; perhaps { stride: ${describe(options)} }` : undefined;
  }
  if (typeof options === 'string') return takes('padding') ? `; perhaps { padding: '${options}' }` : undefined;
  if (typeof options !== 'object') return undefined;
  if (looksLikeSignal(options)) {
    return takes('signal') ? '; write { signal }' : '; a signal is given as { signal }, and to asynchronous runs only';
  }
  if ('signal' in options && !isPlainObject(options)) return '; write { signal: controller.signal }';
  if ('data' in options && ('shape' in options || 'dims' in options) && !takes('data')) {
    const name = ['weight', 'bias', 'residual', 'out'].find(takes);
    return name === undefined ? '; it takes no more tensors' : `; perhaps { ${name} }`;
  }
  return undefined;
}

function looksLikeSignal(value: object): boolean {
  return 'aborted' in value && 'addEventListener' in value;
}

function unknownOption(operator: string, key: string, known: readonly string[]): ArgumentError {
  const likely = closest(key, known);
  const hint = likely === undefined ? '' : ` Did you mean '${likely}'?`;
  const valid = known.length === 0 ? 'it takes no options' : `valid options are ${known.join(', ')}`;
  if (key === 'signal') {
    return new ArgumentError(`${operator}: 'signal' is an option of ${operator}Async only; ${valid}.`);
  }
  return new ArgumentError(`${operator}: unknown option '${key}'.${hint} ${valid[0]?.toUpperCase()}${valid.slice(1)}.`);
}

/** The name nearest to `word`: at most a third of its letters wrong, whatever the case and underscores. */
export function closest(word: string, names: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[_-]/g, '');
  let best: string | undefined;
  let bestDistance = Math.floor(word.length / 3) + 1;
  for (const name of names) {
    const distance = editDistance(plain(word), plain(name));
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Levenshtein's, on words short enough that one row of the table at a time will do. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, substitution));
    }
    row = next;
  }
  return row[b.length];
}

/**
 * One of a few words.
 *
 * @throws ArgumentError that lists them.
 */
export function readWord<Word extends string>(
  context: string,
  value: unknown,
  words: readonly Word[],
  fallback: Word,
): Word {
  if (value === undefined) return fallback;
  if (typeof value === 'string' && (words as readonly string[]).includes(value)) return value as Word;
  const likely = typeof value === 'string' ? closest(value, words) : undefined;
  const hint = likely === undefined ? '' : `. Did you mean '${likely}'?`;
  throw new ArgumentError(
    `${context} must be one of ${words.map((word) => `'${word}'`).join(', ')}, but got ${describe(value)}${hint}`,
  );
}

/** @throws ArgumentError where the value is neither a boolean nor left out. */
export function readFlag(context: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value === 'boolean') return value;
  throw new ArgumentError(`${context} must be true or false, but got ${describe(value)}`);
}

/** @throws ArgumentError where the value is neither a number (NaN is none) nor left out. */
export function readNumber(context: string, value: unknown, fallback?: number): number {
  const given = value === undefined ? fallback : value;
  if (typeof given === 'number' && !Number.isNaN(given)) return given;
  throw new ArgumentError(`${context} must be a number, but got ${describe(value)}`);
}

import { parseArgs } from 'node:util';
import { messageOf } from '../thrown.js';
import { type Options, optionName, type Values } from './options.js';
import { didYouMean } from './suggest.js';
import { UsageError } from './usage-error.js';

/** A command line, taken apart. */
export interface ParsedLine<O extends Options> {
  readonly values: Values<O>;
  readonly positionals: readonly string[];
}

/**
 * Reads the words after a command's name.
 *
 * @throws UsageError that names the option, what was given and what would do.
 */
export function parseOptions<O extends Options>(words: readonly string[], options: O): ParsedLine<O> {
  const keys = new Map(Object.keys(options).map((key) => [optionName(key), key]));
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokensOf(words, options)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const key = keys.get(token.name);
    if (key === undefined) throw new UsageError(unknownOption(token.rawName, [...keys.keys()]));
    const value = checkedValue(token, options[key].value);
    given.set(key, [...(given.get(key) ?? []), value]);
  }
  return { values: readAll(options, given), positionals };
}

/** parseArgs splits the words; its own strict mode would word the errors less helpfully. */
function tokensOf(words: readonly string[], options: Options) {
  const config: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const [key, { value, short }] of Object.entries(options)) {
    const type = value === undefined ? 'boolean' : 'string';
    config[optionName(key)] = short === undefined ? { type } : { type, short };
  }
  return parseArgs({ args: [...words], options: config, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function unknownOption(rawName: string, names: readonly string[]): string {
  const suggestion = rawName.startsWith('--') ? didYouMean(rawName.slice(2), names, '--') : '';
  return `there is no option ${rawName}${suggestion}`;
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function checkedValue({ rawName, value, inlineValue }: OptionToken, placeholder: string | undefined): string {
  if (placeholder === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value, but got '${value}'`);
    return '';
  }
  // `--json --strict` forgot the file's name; `--json=--strict` means it.
  const forgotten = value === undefined || (!inlineValue && value.length > 1 && value.startsWith('-'));
  if (!forgotten) return value;
  throw new UsageError(`${rawName} needs a value: ${rawName} ${placeholder}`);
}

function readAll<O extends Options>(options: O, given: ReadonlyMap<string, readonly string[]>): Values<O> {
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(options)) {
    try {
      values[key] = option.read(given.get(key) ?? []);
    } catch (error) {
      throw new UsageError(`--${optionName(key)}: ${messageOf(error)}`);
    }
  }
  return values as Values<O>;
}

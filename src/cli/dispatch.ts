import { ConvkitError } from '../errors.js';
import { isError } from '../thrown.js';
import type { CommandContext } from './command.js';
import { EXIT } from './exit-codes.js';
import { commandHelp, groupHelp, mainHelp } from './help.js';
import { LockedError } from './lock/locked-error.js';
import { parseOptions } from './parse-options.js';
import { COMMANDS, type Entry, entriesUnder, findEntry } from './registry.js';
import { didYouMean } from './suggest.js';
import { UsageError } from './usage-error.js';
import { packageVersion } from './version.js';

/** Runs one command line, without `node` and the script's name, and tells the exit code. */
export async function dispatch(
  words: readonly string[],
  context: CommandContext,
  entries: readonly Entry[] = COMMANDS,
): Promise<number> {
  let name = 'convkit';
  let asked = 'convkit --help';
  let meant = '';
  try {
    const [first] = words;
    if (first === undefined) throw new UsageError('expected a command');
    if (first === '--version' || first === '-v') return say(context, packageVersion());
    if (first === '--help' || first === '-h') return say(context, mainHelp(entries));
    if (first === 'help') return say(context, await helpOf(words.slice(1), entries));
    const found = findEntry(words, entries);
    if (found === undefined) return say(context, unfound(words, entries));
    name = `convkit ${found.entry.name}`;
    asked = `convkit help ${found.entry.name}`;
    meant = subcommandMeant(found.entry, found.rest, entries);
    return await runEntry(found.entry, found.rest, { context, entries });
  } catch (error) {
    if (context.signal.aborted) return EXIT.interrupted;
    context.note(failure(error, { name, asked, meant }));
    if (error instanceof LockedError) return EXIT.busy;
    return error instanceof UsageError || error instanceof ConvkitError ? EXIT.badInput : EXIT.defect;
  }
}

function say(context: CommandContext, text: string): number {
  context.print(text);
  return EXIT.success;
}

interface Surroundings {
  readonly context: CommandContext;
  readonly entries: readonly Entry[];
}

async function runEntry(entry: Entry, words: readonly string[], { context, entries }: Surroundings): Promise<number> {
  const command = await entry.load();
  if (asksForHelp(words)) return say(context, commandHelp(entry.name, command, entriesUnder(entry.name, entries)));
  const { values, positionals } = parseOptions(words, command.options);
  const { usage, min, max } = command.positionals ?? { usage: '', min: 0, max: 0 };
  if (positionals.length > max) throw new UsageError(`did not expect '${positionals[max]}'`);
  if (positionals.length < min) throw new UsageError(`expected ${usage}`);
  const code = await command.run(values, positionals, context);
  return context.signal.aborted ? EXIT.interrupted : code;
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

async function helpOf(words: readonly string[], entries: readonly Entry[]): Promise<string> {
  if (words.length === 0) return mainHelp(entries);
  const found = findEntry(words, entries);
  if (found === undefined || found.rest.length > 0) return unfound([...words, '--help'], entries);
  return commandHelp(found.entry.name, await found.entry.load(), entriesUnder(found.entry.name, entries));
}

/** The help of a group, where its name alone was given and help was asked for. @throws UsageError otherwise. */
function unfound(words: readonly string[], entries: readonly Entry[]): string {
  const named = words.filter((word) => !word.startsWith('-'));
  const group = named.length === 0 ? [] : entriesUnder(named[0], entries);
  if (group.length > 0 && named.length === 1) {
    if (asksForHelp(words)) return groupHelp(named[0], group);
    const below = group.map(({ name }) => name.slice(named[0].length + 1));
    throw new UsageError(`${named[0]} needs one of its commands: ${below.join(', ')}`);
  }
  if (named.length === 0) throw new UsageError(`there is no option ${words[0]}`);
  const given = named.slice(0, group.length > 0 ? 2 : 1).join(' ');
  const names = entries.map(({ name }) => name);
  const firstWords = [...new Set(names.map((name) => name.split(' ')[0]))];
  const suggestion = didYouMean(given, group.length > 0 ? names : firstWords, 'convkit ');
  throw new UsageError(`there is no command '${given}'${suggestion}`);
}

/** What is said beside an error. */
interface Around {
  readonly name: string;
  /** The command line that helps. */
  readonly asked: string;
  /** A suggestion, or nothing. */
  readonly meant: string;
}

/** One line for people who made a mistake; the whole trace for those who will mend a defect. */
function failure(error: unknown, { name, asked, meant }: Around): string {
  if (error instanceof UsageError) return `${name}: ${error.message}${meant} (see \`${asked}\`)`;
  if (error instanceof LockedError) return `${name}: ${error.message}`;
  if (error instanceof ConvkitError) return `${name}: ${error.message}${meant}`;
  return `${name}: a defect of convkit: ${isError(error) ? error.stack : error}`;
}

/** `bench doctr` is read as a subject of `bench`, which fails: the command below it was meant. */
function subcommandMeant({ name }: Entry, [word]: readonly string[], entries: readonly Entry[]): string {
  const below = entriesUnder(name, entries).map((entry) => entry.name.slice(name.length + 1));
  if (word === undefined || word.startsWith('-')) return '';
  return didYouMean(word, below, `convkit ${name} `);
}

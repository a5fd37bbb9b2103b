import type { Options, Values } from './options.js';

/** Where a command writes, and what it must heed. */
export interface CommandContext {
  /** Writes a line, or several, to standard output: what was asked for. */
  readonly print: (text: string) => void;
  /** Writes to standard error: progress and remarks, which no pipe should carry. */
  readonly note: (text: string) => void;
  /** Colours a text where standard output shows colours. */
  readonly paint: (style: Style, text: string) => string;
  /** Aborted by Ctrl-C or by a request to end; the command then has two seconds to clean up. */
  readonly signal: AbortSignal;
}

/** The few styles that the commands use. */
export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** What a command takes that is not an option. */
export interface Positionals {
  /** As the usage line shows them: `[SUITE|SHAPE…]`. */
  readonly usage: string;
  readonly min: number;
  readonly max: number;
}

/** A command: what its help says, what it takes, and what it does. */
export interface Command<O extends Options = Options> {
  /** One paragraph, under the usage line of the help. */
  readonly description: string;
  readonly options: O;
  readonly positionals?: Positionals;
  /** Its own exit codes beside 0 and 2, each with what it means. */
  readonly exitCodes?: Readonly<Record<number, string>>;
  /** Command lines that are worth copying, each with what it does. */
  readonly examples?: readonly (readonly [line: string, does: string])[];
  /** The exit code. */
  readonly run: (
    values: Values<O>,
    positionals: readonly string[],
    context: CommandContext,
  ) => number | Promise<number>;
}

/** A command whose options' types are forgotten, so that commands can share a list. */
export type AnyCommand = Command<Options>;

/** Keeps the types of a command's options for its own `run`, and forgets them for everybody else. */
export function defineCommand<O extends Options>(command: Command<O>): AnyCommand {
  return { ...command, run: (values, positionals, context) => command.run(values as Values<O>, positionals, context) };
}

import type { AnyCommand } from './command.js';
import { type Options, optionName } from './options.js';
import { COMMANDS, type Entry } from './registry.js';
import { definitions, HELP_WIDTH, wrap } from './wrap.js';

/** What every command may end with. */
const COMMON_CODES: readonly (readonly [string, string])[] = [
  ['2', 'wrong usage, or input that cannot be read'],
  ['70', 'a defect of convkit'],
  ['130', 'interrupted by Ctrl-C'],
];

/** `convkit --help`. */
export function mainHelp(entries: readonly Entry[] = COMMANDS): string {
  return [
    'Usage: convkit COMMAND [OPTION…]',
    '',
    'Convolution, pooling and convolutional networks for Node.js.',
    '',
    'Commands:',
    ...definitions(entries.map(({ name, summary }) => [name, summary])),
    '',
    'Options:',
    ...definitions([
      ['-h, --help', 'this help; `convkit help COMMAND` for that of a command'],
      ['-v, --version', "the package's version"],
    ]),
    '',
    'Exit codes:',
    ...definitions([['0', 'done'], ['1, 3, 75', "a command's own: its help says what they mean"], ...COMMON_CODES]),
  ].join('\n');
}

/** `convkit bench --help`, where `bench` is only the first word of commands. */
export function groupHelp(word: string, entries: readonly Entry[]): string {
  return [
    `Usage: convkit ${word} COMMAND [OPTION…]`,
    '',
    'Commands:',
    ...definitions(entries.map(({ name, summary }) => [name.slice(word.length + 1), summary])),
    '',
    `\`convkit help ${word} COMMAND\` explains one of them.`,
  ].join('\n');
}

/** `convkit help COMMAND`; `below` are the commands whose names begin with this one's. */
export function commandHelp(name: string, command: AnyCommand, below: readonly Entry[] = []): string {
  const { description, options, positionals, exitCodes = {}, examples = [] } = command;
  const codes: (readonly [string, string])[] = [['0', 'done'], ...Object.entries(exitCodes), ...COMMON_CODES];
  return [
    `Usage: convkit ${name}${positionals === undefined ? '' : ` ${positionals.usage}`} [OPTION…]`,
    '',
    ...wrap(description, HELP_WIDTH),
    ...section('Commands:', definitions(below.map((entry) => [entry.name.slice(name.length + 1), entry.summary]))),
    ...section('Options:', definitions(optionRows(options))),
    ...section('Exit codes:', definitions(codes.sort(byCode))),
    ...section(
      'Examples:',
      examples.flatMap(([line, does]) => [`  ${line}`, ...wrap(does, HELP_WIDTH - 6).map((text) => `      ${text}`)]),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function optionRows(options: Options): (readonly [string, string])[] {
  const rows = Object.entries(options).map(([key, { short, value, help, shownDefault }]) => {
    const term = `${short === undefined ? '    ' : `-${short}, `}--${optionName(key)}${value === undefined ? '' : ` ${value}`}`;
    return [term, shownDefault === undefined ? help : `${help} (default: ${shownDefault})`] as const;
  });
  return [...rows, ['-h, --help', 'this help']];
}

function byCode([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return Number(a) - Number(b);
}

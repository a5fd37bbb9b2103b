import { describe, expect, it } from 'vitest';
import { type AnyCommand, type CommandContext, defineCommand } from '../../src/cli/command.js';
import { dispatch } from '../../src/cli/dispatch.js';
import { flag, single, text } from '../../src/cli/options.js';
import { COMMANDS, type Entry } from '../../src/cli/registry.js';
import { ArgumentError } from '../../src/errors.js';

function command(run: AnyCommand['run'], positionals?: AnyCommand['positionals']): AnyCommand {
  const options = { strict: flag('s'), file: single(text('FILE', { help: 'a file to write', default: 'out.json' })) };
  return defineCommand({
    description: 'Does a thing.',
    options,
    exitCodes: { 3: 'could not tell' },
    run,
    ...(positionals === undefined ? {} : { positionals }),
  });
}

const entry = (name: string, loaded: AnyCommand): Entry => ({
  name,
  summary: `about ${name}`,
  load: async () => loaded,
});

const fails = (error: unknown) =>
  command(() => {
    throw error;
  });

const ENTRIES = [
  entry(
    'info',
    command(() => 0),
  ),
  entry(
    'bench',
    command((_, words) => words.length, { usage: '[SUITE…]', min: 0, max: 5 }),
  ),
  entry(
    'bench compare',
    command(() => 3, { usage: 'A.json B.json', min: 2, max: 2 }),
  ),
  entry(
    'bench doctor',
    command(() => 0),
  ),
  entry(
    'group one',
    command(({ strict }) => (strict ? 1 : 0)),
  ),
  entry('wrong input', fails(new ArgumentError('CONVKIT_ISA: no'))),
  entry('broken', fails(new TypeError('x is not a function'))),
];

async function run(line: string, interrupted = false) {
  const printed: string[] = [];
  const noted: string[] = [];
  const controller = new AbortController();
  if (interrupted) controller.abort();
  const context: CommandContext = {
    print: (line) => void printed.push(line),
    note: (line) => void noted.push(line),
    paint: (_, text) => text,
    signal: controller.signal,
  };
  const code = await dispatch(line.split(' ').filter(Boolean), context, ENTRIES);
  return { code, printed: printed.join('\n'), noted: noted.join('\n') };
}

describe('dispatch', () => {
  it('runs the command with the longest name and gives its code', async () => {
    expect(await run('bench a b c')).toMatchObject({ code: 3, noted: '' });
    expect(await run('bench compare a.json b.json')).toMatchObject({ code: 3 });
    expect(await run('group one')).toMatchObject({ code: 0 });
    expect(await run('group one --strict')).toMatchObject({ code: 1 });
  });

  it.each([
    ['', 'convkit: expected a command (see `convkit --help`)'],
    ['inof', "convkit: there is no command 'inof'; did you mean 'convkit info'? (see `convkit --help`)"],
    ['group', 'convkit: group needs one of its commands: one (see `convkit --help`)'],
    ['group oen', "convkit: there is no command 'group oen'; did you mean 'convkit group one'? (see `convkit --help`)"],
    ['help nothing', "convkit: there is no command 'nothing' (see `convkit --help`)"],
    ['--verbose', 'convkit: there is no option --verbose (see `convkit --help`)'],
    ['info extra', "convkit info: did not expect 'extra' (see `convkit help info`)"],
    [
      'info --strickt',
      "convkit info: there is no option --strickt; did you mean '--strict'? (see `convkit help info`)",
    ],
    [
      'bench doctr --strickt',
      "convkit bench: there is no option --strickt; did you mean '--strict'?; did you mean 'convkit bench doctor'? (see `convkit help bench`)",
    ],
    ['bench a b c d e f', "convkit bench: did not expect 'f' (see `convkit help bench`)"],
    ['bench compare a.json', 'convkit bench compare: expected A.json B.json (see `convkit help bench compare`)'],
    ['wrong input', 'convkit wrong input: CONVKIT_ISA: no'],
    [
      'wrong inputs',
      "convkit: there is no command 'wrong inputs'; did you mean 'convkit wrong input'? (see `convkit --help`)",
    ],
  ])('%s: one line, and code 2', async (line, noted) => {
    expect(await run(line)).toEqual({ code: 2, printed: '', noted });
  });

  it('tells a defect of its own from every code that a command has', async () => {
    const { code, noted } = await run('broken');
    expect(code).toBe(70);
    expect(noted).toMatch(/^convkit broken: a defect of convkit: TypeError: x is not a function\n +at /);
  });

  it('gives 130 for a command that was interrupted, however it ended', async () => {
    expect(await run('info', true)).toMatchObject({ code: 130 });
    expect(await run('broken', true)).toMatchObject({ code: 130, noted: '' });
  });

  it('shows the help of a command by both ways, without running it', async () => {
    const help = await run('help bench compare');
    expect(help).toMatchObject({ code: 0, noted: '' });
    expect(await run('bench compare --help')).toEqual(help);
    expect(help.printed).toMatch(/^Usage: convkit bench compare A\.json B\.json \[OPTION…\]\n/);
    expect(help.printed).toMatch(/^ +--file FILE +a file to write \(default: out\.json\)$/m);
    expect(help.printed).toMatch(/^ +3 +could not tell$/m);
  });

  it('does not take a word after -- for a request of help', async () => {
    expect(await run('bench -- --help')).toMatchObject({ code: 1, printed: '' });
  });

  it('lists the commands below a first word', async () => {
    expect((await run('help bench')).printed).toMatch(/^ {2}compare +about bench compare$/m);
    expect((await run('group --help')).printed).toMatch(/^ {2}one +about group one$/m);
    expect((await run('help group')).printed).toMatch(/^ {2}one +about group one$/m);
  });
});

describe('the help of every command', () => {
  it.each(COMMANDS.map(({ name }) => name))('%s fits 80 columns', async (name) => {
    const printed: string[] = [];
    const context: CommandContext = {
      print: (line) => void printed.push(line),
      note: () => undefined,
      paint: (_, text) => text,
      signal: new AbortController().signal,
    };
    expect(await dispatch(['help', ...name.split(' ')], context)).toBe(0);
    expect(await dispatch(['--help'], context)).toBe(0);
    const lines = printed.join('\n').split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeGreaterThan(20);
  });
});

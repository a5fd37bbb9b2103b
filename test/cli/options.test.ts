import { describe, expect, expectTypeOf, it } from 'vitest';
import { percent } from '../../src/cli/commands/percent.js';
import { choice, flag, integer, list, single, text } from '../../src/cli/options.js';
import { parseOptions } from '../../src/cli/parse-options.js';

const options = {
  json: single(text('FILE', { help: 'a file' })),
  format: single(choice(['markdown', 'bencher'], { help: 'a format', default: 'markdown' })),
  threads: list(integer('N', [1, 1024], { help: 'threads', default: [1] })),
  filter: list(text('PART', { help: 'parts of names' })),
  perStep: flag('each step', 'p'),
};

const parse = (...words: string[]) => parseOptions(words, options);

describe('a percentage', () => {
  it('is shown in the help as it is given', () => {
    expect(single(percent('how much', 0.05)).shownDefault).toBe('5%');
    expect(single(percent('how much', 0.07)).shownDefault).toBe('7%');
    expect(single(percent('how much', 0.125)).shownDefault).toBe('12.5%');
  });
});

describe('parseOptions', () => {
  it('gives defaults where nothing is given', () => {
    expect(parse().values).toEqual({
      json: undefined,
      format: 'markdown',
      threads: [1],
      filter: [],
      perStep: false,
    });
  });

  it('gives typed values', () => {
    const { values, positionals } = parse('--json', 'a.json', 'layers', '--format=bencher', '-p', '--', '--json');
    expect(values).toMatchObject({ json: 'a.json', format: 'bencher', perStep: true });
    expect(positionals).toEqual(['layers', '--json']);
    expectTypeOf(values.json).toEqualTypeOf<string | undefined>();
    expectTypeOf(values.threads).toEqualTypeOf<readonly number[]>();
    expectTypeOf(values.perStep).toEqualTypeOf<boolean>();
  });

  it('takes the last of several values, and all values of a list', () => {
    expect(parse('--json', 'a', '--json', 'b').values.json).toBe('b');
    expect(parse('--threads', '1,2', '--threads=8').values.threads).toEqual([1, 2, 8]);
  });

  it.each([
    [['--format', 'xml'], "--format: expected one of markdown, bencher, but got 'xml'"],
    [['--threads', '1,0'], "--threads: expected an integer from 1 to 1024, but got '0'"],
    [['--threads', '2,'], "--threads: expected an integer from 1 to 1024, but got ''"],
    [['--threads', '1e3'], "--threads: expected an integer from 1 to 1024, but got '1e3'"],
    [['--json='], "--json: expected a FILE, but got ''"],
    [['--json'], '--json needs a value: --json FILE'],
    [['--json', '--per-step'], '--json needs a value: --json FILE'],
    [['--per-step=yes'], "--per-step takes no value, but got 'yes'"],
    [['--tread', '2'], "there is no option --tread; did you mean '--threads'?"],
    [['--zzzzzz'], 'there is no option --zzzzzz'],
    [['-x'], 'there is no option -x'],
  ])('refuses %j', (words, message) => {
    expect(() => parseOptions(words, options)).toThrow(expect.objectContaining({ name: 'UsageError', message }));
  });

  it('takes a value that begins with a dash where it is joined to the option', () => {
    expect(parse('--json=-').values.json).toBe('-');
    expect(parse('--json=--x').values.json).toBe('--x');
    expect(parse('--json', '-').values.json).toBe('-');
  });

  it('does not know the names that every object has', () => {
    expect(() => parse('--constructor')).toThrow(/there is no option --constructor/);
  });
});

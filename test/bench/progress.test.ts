import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/bench/run/cases.js';
import { progressBar } from '../../src/bench/run/progress.js';

const plan = (name: string): Plan => ({
  suite: 'layers',
  name,
  threads: 1,
  prepare: () => {
    throw new Error('only its name is shown');
  },
});

/** A terminal's last line, as it is after all that was written; `clears` counts how often it was emptied. */
function terminal({ isTTY = true, columns = 120 } = {}) {
  const screen = { line: '', clears: 0, writes: 0 };
  const stream = {
    isTTY,
    columns,
    clearLine: () => {
      screen.line = '';
      screen.clears++;
    },
    cursorTo: () => {},
    write: (text: string) => {
      screen.line += stripVTControlCharacters(text);
      screen.writes++;
    },
  } as unknown as NodeJS.WriteStream;
  return { stream, screen };
}

describe('the progress bar', () => {
  it('names the case under way, how far it is, and the time that is left', () => {
    const { stream, screen } = terminal();
    let now = 1000;
    const progress = progressBar(stream, () => now);
    progress(0, 4, plan('a'));
    expect(screen.line).toBe(`${'░'.repeat(24)} 0/4  layers/a`);
    now += 2500;
    progress(1, 4, plan('b'));
    expect(screen.line).toBe(`${'█'.repeat(6)}${'░'.repeat(18)} 1/4, 8 s left  layers/b`);
    now += 97_500;
    progress(2, 4, plan('c'));
    expect(screen.line).toBe(`${'█'.repeat(12)}${'░'.repeat(12)} 2/4, 1 min 40 s left  layers/c`);
  });

  it('leaves an empty line behind', () => {
    const { stream, screen } = terminal();
    const progress = progressBar(stream, () => 0);
    progress(0, 1, plan('a'));
    progress(1, 1);
    expect(screen).toEqual({ line: '', clears: 2, writes: 1 });
  });

  it('stays on its line, however narrow the terminal is', () => {
    const { stream, screen } = terminal({ columns: 30 });
    progressBar(stream, () => 0)(0, 1, plan('a_name_that_does_not_fit'));
    expect(screen.line).toHaveLength(29);
  });

  it('writes nothing to what is no terminal', () => {
    const { stream, screen } = terminal({ isTTY: false });
    const progress = progressBar(stream, () => 0);
    progress(0, 1, plan('a'));
    progress(1, 1);
    expect(screen).toEqual({ line: '', clears: 0, writes: 0 });
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal, type Mark, readJournal, START } from '../../../src/cli/jobs/journal.js';
import { temporaryFolder } from './pictures.js';

const mark = (inputs: number): Mark => ({ inputs, rows: inputs, indexBytes: 10 * inputs, errorBytes: 0, errors: 0 });

describe('a journal', () => {
  it('says at every byte where it may have been cut off what was there in whole lines', async () => {
    const path = join(temporaryFolder(), 'journal');
    const journal = await Journal.create(path, 'abc');
    const lengths = [0, readFileSync(path).length];
    for (const inputs of [3, 6]) {
      await journal.mark(mark(inputs));
      lengths.push(readFileSync(path).length);
    }
    await journal.finished();
    await journal.close();
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const lines = lengths.filter((one) => one <= length).length - 1;
      const expected = [undefined, START, mark(3), mark(6)][lines];
      expect((await readJournal(path))?.mark).toEqual(expected);
    }
    writeFileSync(path, whole);
    expect(await readJournal(path)).toMatchObject({ fingerprint: 'abc', mark: mark(6), finished: true });
  });

  it('goes on behind the last whole line', async () => {
    const path = join(temporaryFolder(), 'journal');
    await (await Journal.create(path, 'abc')).close();
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"mark":{"inp`);
    const journal = await Journal.resume(path);
    await journal.mark(mark(2));
    await journal.close();
    expect(await readJournal(path)).toMatchObject({ fingerprint: 'abc', mark: mark(2), finished: false });
  });

  it('that is none, or of something else, says nothing', async () => {
    const path = join(temporaryFolder(), 'journal');
    expect(await readJournal(path)).toBeUndefined();
    for (const text of ['', 'hello\n', '{"mark":{}}\n', '[1]\n', 'null\n']) {
      writeFileSync(path, text);
      expect(await readJournal(path)).toBeUndefined();
    }
  });
});

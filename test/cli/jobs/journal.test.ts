import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobFacts } from '../../../src/cli/jobs/job-facts.js';
import { Journal, type Mark, readJournal, START } from '../../../src/cli/jobs/journal.js';
import { temporaryFolder } from './pictures.js';

const FACTS: JobFacts = { settings: { recipe: 'abc' }, names: 'def', files: '' };
const mark = (inputs: number): Mark => ({ inputs, rows: inputs, indexBytes: 10 * inputs, errorBytes: 0, errors: 0 });

describe('a journal', () => {
  it('says at every byte where it may have been cut off what was there in whole lines', async () => {
    const path = join(temporaryFolder(), 'journal');
    const journal = await Journal.create(path, FACTS);
    const lengths = [0, readFileSync(path).length];
    for (const inputs of [3, 6]) {
      await journal.mark(mark(inputs));
      lengths.push(readFileSync(path).length);
    }
    await journal.finished(true);
    await journal.close();
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const lines = lengths.filter((one) => one <= length).length - 1;
      const state = await readJournal(path);
      expect(typeof state === 'object' ? state.mark : state).toEqual(['torn', START, mark(3), mark(6)][lines]);
    }
    writeFileSync(path, whole);
    expect(await readJournal(path)).toMatchObject({ facts: FACTS, mark: mark(6), finished: { overwrite: true } });
  });

  it('goes on behind the last whole line', async () => {
    const path = join(temporaryFolder(), 'journal');
    await (await Journal.create(path, FACTS)).close();
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"mark":{"inp`);
    const journal = await Journal.resume(path);
    await journal.mark(mark(2));
    await journal.close();
    expect(await readJournal(path)).toMatchObject({ facts: FACTS, mark: mark(2), finished: undefined });
  });

  it('that is something else is left alone', async () => {
    const path = join(temporaryFolder(), 'journal');
    expect(await readJournal(path)).toBeUndefined();
    for (const text of ['hello\n', 'hello', '{"mark":{}}\n', '[1]\n', 'null\n', '{"journal":"diary"}\n']) {
      writeFileSync(path, text);
      await expect(readJournal(path)).rejects.toThrow('is no journal of convkit: it is left alone');
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it.skipIf(process.platform === 'win32')('follows no link, and waits for no pipe', async () => {
    const folder = temporaryFolder();
    const [diary, path, pipe] = ['diary', 'journal', 'pipe'].map((name) => join(folder, name));
    writeFileSync(diary, 'dear diary');
    symlinkSync(diary, path);
    execFileSync('mkfifo', [pipe]);
    await expect(readJournal(path)).rejects.toThrow('is a symbolic link, not a file of convkit');
    await expect(readJournal(pipe)).rejects.toThrow('is a named pipe, not a file of convkit');
    await expect(Journal.create(path, FACTS)).rejects.toThrow('EEXIST');
    expect(readFileSync(diary, 'utf8')).toBe('dear diary');
  });
});

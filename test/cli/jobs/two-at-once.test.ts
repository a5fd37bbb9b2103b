import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../../../src/cli/lock/process-identity.js';
import { type ModelSpec, writeOnnx } from '../../support/onnx-writer.js';
import { convkit } from '../convkit.js';
import { temporaryFolder, write, writePictures } from './pictures.js';

const MEANS: ModelSpec = {
  nodes: [{ operator: 'GlobalAveragePool', inputs: ['x'], outputs: ['y'] }],
  inputs: [{ name: 'x', shape: ['n', 3, 8, 8] }],
  outputs: [{ name: 'y', shape: ['n', 3, 1, 1] }],
};
const PREPROCESS = ['preprocess', 'in', '--resize', '24', '--crop', '20', '--sync-seconds', '0', '--batch', '2'];
const RUN = ['run', 'means.onnx', 'in', '--resize', '8x8', '--sync-seconds', '0', '--batch', '2'];
const KINDS = [
  ['.npy', PREPROCESS],
  ['', [...PREPROCESS, '--format', 'safetensors', '--shard-rows', '3']],
  ['.jsonl', RUN],
] as const;

const ROUNDS = 20;

/** The bytes of all files of a result, by their names. */
function contentsOf(folder: string, out: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name.startsWith(out));
  const paths = names.flatMap((name) => {
    if (!statSync(join(folder, name)).isDirectory()) return [name];
    return readdirSync(join(folder, name)).map((below) => join(name, below));
  });
  return Object.fromEntries(paths.map((path) => [path.slice(out.length), readFileSync(join(folder, path), 'base64')]));
}

describe('two processes with one output', () => {
  it.each(KINDS)('%s: one makes it, the other one is told, and it is whole', async (end, words) => {
    const folder = temporaryFolder();
    write(join(folder, 'means.onnx'), writeOnnx(MEANS));
    await writePictures(join(folder, 'in'), 7);
    expect(await convkit(folder, ...words, '-o', `whole${end}`)).toMatchObject({ code: 0 });
    const whole = contentsOf(folder, 'whole');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const dead = JSON.stringify({ convkit: 'lock', ...identityOf(process.pid), pid, token: 'dead', since: 'then' });
    for (let round = 0; round < ROUNDS; round++) {
      const out = `r${round}-`;
      // Every other time both have a dead process's lock before them, and every third time both may replace a result.
      if (round % 2 === 1) writeFileSync(join(folder, `${out}${end}.lock`), `${dead}\n`);
      const more = round % 3 === 2 ? ['--overwrite'] : [];
      const two = await Promise.all([1, 2].map(() => convkit(folder, ...words, '-o', `${out}${end}`, ...more)));
      expect(two.filter(({ code }) => code === 0).length).toBeGreaterThanOrEqual(1);
      if (more.length === 0) expect(two.filter(({ code }) => code === 0)).toHaveLength(1);
      for (const { code, err } of two) {
        if (code === 75)
          expect(err).toMatch(/^convkit \w+: 'r\d+-.*' is being written by process \d+ on .* since .*\.\n$/);
        // It came when the other one had ended.
        else if (code !== 0)
          expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('is there already') });
      }
      expect(contentsOf(folder, out)).toEqual(whole);
    }
  });

  it('one that waits for its names in the middle of the work is not disturbed', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 3);
    writeFileSync(join(folder, 'x.npy.journal'), 'of somebody else');
    const held = { convkit: 'lock', ...identityOf(process.pid), token: 'alive', since: '2024-05-06T07:08:09.000Z' };
    writeFileSync(join(folder, 'x.npy.lock'), `${JSON.stringify(held)}\n`);
    writeFileSync(join(folder, 'x.npy.partial'), 'half of it');
    for (const more of [[], ['--overwrite'], ['--restart']]) {
      const { code, err } = await convkit(folder, ...PREPROCESS, '-o', 'x.npy', ...more);
      expect({ code, err }).toEqual({
        code: 75,
        err: `convkit preprocess: 'x.npy' is being written by process ${process.pid} on ${held.host} since ${held.since}.\n`,
      });
    }
    expect(readFileSync(join(folder, 'x.npy.partial'), 'utf8')).toBe('half of it');
    expect(readFileSync(join(folder, 'x.npy.journal'), 'utf8')).toBe('of somebody else');
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArgumentError, ModelError } from '../../src/errors.js';
import { Tensor } from '../../src/tensor.js';
import { loadWeights, saveWeights } from '../../src/weights/index.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convkit-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('saveWeights and loadWeights', () => {
  const weight = Tensor.from([
    [1, 2],
    [3, 4],
  ]);

  it('take a record, a Map, and anything with parameters()', async () => {
    for (const given of [
      { weight },
      new Map([['weight', weight]]),
      { parameters: () => new Map([['weight', weight]]) },
    ]) {
      const path = join(folder, 'net.safetensors');
      await saveWeights(path, given);
      expect(await loadWeights(path)).toEqual({ weight });
      expect(await loadWeights(pathToFileURL(path))).toEqual({ weight });
    }
    expect(await readdir(folder)).toEqual(['net.safetensors']);
  });

  it('take the values as they are when the call is made', async () => {
    const path = join(folder, 'net.safetensors');
    const changing = Tensor.from([1, 2]);
    const saved = saveWeights(path, { changing });
    changing.data.fill(9);
    await saved;
    expect((await loadWeights(path)).changing.toNested()).toEqual([1, 2]);
  });

  it('leave an older file as it was, and no other, where writing fails', async () => {
    const path = join(folder, 'net.safetensors');
    await saveWeights(path, { weight });
    const before = await readFile(path);
    await expect(saveWeights(path, { __metadata__: weight })).rejects.toThrow(ModelError);
    await expect(saveWeights(folder, { weight })).rejects.toThrow(/cannot write/);
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(folder)).toEqual(['net.safetensors']);
  });

  it('say what is wrong with an argument', async () => {
    await expect(saveWeights(join(folder, 'a'), { weight: [1] as never })).rejects.toThrow(
      /saveWeights: 'weight' must be/,
    );
    await expect(saveWeights(join(folder, 'a'), null as never)).rejects.toThrow(ArgumentError);
    await expect(saveWeights('', { weight })).rejects.toThrow(ArgumentError);
    await expect(loadWeights(new URL('http://localhost/a'))).rejects.toThrow(ArgumentError);
    await expect(loadWeights(3 as never)).rejects.toThrow(ArgumentError);
  });

  it('say which file cannot be read', async () => {
    await expect(loadWeights(join(folder, 'missing'))).rejects.toThrow(/cannot open .*missing/);
    await expect(loadWeights(folder)).rejects.toThrow(ModelError);
    const path = join(folder, 'text');
    await writeFile(path, 'not a weights file at all');
    await expect(loadWeights(path)).rejects.toThrow(ModelError);
    await expect(loadWeights(path)).rejects.toThrow(path);
  });
});

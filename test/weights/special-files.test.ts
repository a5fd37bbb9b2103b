import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel, loadWeights, ModelError } from 'convkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convkit-special-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('what is no regular file', () => {
  it.runIf(process.platform !== 'win32')('a pipe without a writer is refused, not waited for', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(loadWeights(pipe)).rejects.toThrow(/pipe: it is no regular file/);
    await expect(loadModel(pipe)).rejects.toThrow(/pipe: .*it is no regular file/);
  });

  it('a folder is refused', async () => {
    for (const load of [loadWeights, loadModel]) {
      await expect(load(folder)).rejects.toThrow(ModelError);
    }
  });
});

it('a header whose names have millions of escapes is read', async () => {
  const path = join(folder, 'escapes.safetensors');
  const name = '\\n'.repeat(20e6);
  const header = Buffer.from(
    `{"${name}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b\\"{":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}`,
  );
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  await writeFile(path, Buffer.concat([prefix, header, Buffer.alloc(4)]));
  const names = Object.keys(await loadWeights(path));
  expect(names.map(({ length }) => length)).toEqual([20e6, 3]);
});

it('a name that comes twice is found behind escaped quotes', async () => {
  const path = join(folder, 'twice.safetensors');
  const entry = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
  const header = Buffer.from(`{"a\\\\":${entry},"x\\":\\"{":${entry},"\\u0061\\\\":${entry}}`);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  await writeFile(path, Buffer.concat([prefix, header]));
  await expect(loadWeights(path)).rejects.toThrow(/has the name "a\\\\" twice/);
});

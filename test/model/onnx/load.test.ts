import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArgumentError, ModelError } from '../../../src/errors.js';
import { loadOnnx } from '../../../src/model/onnx/load.js';
import { readOnnx } from '../../../src/model/onnx/read.js';
import { type ModelSpec, rawBytes, writeOnnx } from '../../support/onnx-writer.js';
import { CONV, refusal } from './support.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convkit-'));
  path = join(folder, 'model.onnx');
});
afterEach(() => rm(folder, { recursive: true }));

function external(entries: Record<string, string>): ModelSpec {
  return { initializers: { w: { shape: [3], external: entries } } };
}

const VALUES = rawBytes('float32', [1, 2, 3]);

/** Loads a model whose three values lie in another file. */
async function loadExternal(entries: Record<string, string>) {
  await writeFile(path, writeOnnx(external(entries)));
  return (await loadOnnx(path)).initializers.get('w')?.data;
}

/** By its path, since the search path may be bare. */
const MKFIFO = ['/usr/bin/mkfifo', '/bin/mkfifo'].find((file) => existsSync(file));

describe('loadOnnx', () => {
  it('takes a path, a URL, bytes and a Buffer', async () => {
    const file = writeOnnx(CONV);
    await writeFile(path, file);
    for (const source of [path, pathToFileURL(path), file, Buffer.from(file)]) {
      expect(await loadOnnx(source)).toEqual(readOnnx(file));
    }
  });

  it('says what is wrong with an argument', async () => {
    for (const source of ['', 3, null, undefined, new URL('http://localhost/a'), new ArrayBuffer(8), ['a']]) {
      const error = await loadOnnx(source as never).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ArgumentError);
      expect((error as Error).message).toMatch(/^a model must be a path, a file: URL or a Uint8Array, but got /);
    }
  });

  it('names the file that cannot be read, and why', async () => {
    const error = await loadOnnx(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelError);
    expect((error as Error).message).toBe(`${path}: cannot be read: ${((error as Error).cause as Error).message}`);
    expect((error as Error).cause).toMatchObject({ code: 'ENOENT' });
    await expect(loadOnnx(folder)).rejects.toThrow(`${folder}: cannot be read: it is no regular file`);
  });

  it('names the file that is no model', async () => {
    await writeFile(path, 'no model at all');
    await expect(loadOnnx(path)).rejects.toThrow(ModelError);
    await expect(loadOnnx(path)).rejects.toThrow(`${path}: `);
  });
});

describe('external data', () => {
  it('lies beside the model or below', async () => {
    await mkdir(join(folder, 'weights'));
    await writeFile(join(folder, 'weights', 'a.bin'), VALUES);
    const expected = Float32Array.of(1, 2, 3);
    expect(await loadExternal({ location: 'weights/a.bin' })).toEqual(expected);
    expect(await loadExternal({ location: './weights/a.bin', checksum: 'unread' })).toEqual(expected);
  });

  it('is found by offset and length, in initializers and attributes, aligned or not', async () => {
    await writeFile(join(folder, 'a.bin'), Buffer.concat([new Uint8Array(5), VALUES, VALUES]));
    const tensor = { shape: [3], external: { location: 'a.bin', offset: '5', length: '12' } };
    const rest = { shape: [3], external: { location: 'a.bin', offset: '17' } };
    const nodes = [{ operator: 'Constant', outputs: ['c'], attributes: { value: { tensor: rest } } }];
    await writeFile(path, writeOnnx({ nodes, initializers: { w: tensor } }));
    const graph = await loadOnnx(path);
    expect(graph.initializers.get('w')?.data).toEqual(Float32Array.of(1, 2, 3));
    expect(graph.nodes[0].attributes.get('value')?.value).toMatchObject({ data: Float32Array.of(1, 2, 3) });
  });

  it('is found through a link within the folder, and beside what the model itself is a link to', async () => {
    await mkdir(join(folder, 'blobs'));
    await mkdir(join(folder, 'snapshot'));
    await writeFile(join(folder, 'blobs', '123'), writeOnnx(external({ location: 'a.bin' })));
    await writeFile(join(folder, 'blobs', '456'), VALUES);
    await symlink('../blobs/123', join(folder, 'snapshot', 'model.onnx'));
    await symlink('../blobs/456', join(folder, 'snapshot', 'a.bin'));
    const graph = await loadOnnx(join(folder, 'snapshot', 'model.onnx'));
    expect(graph.initializers.get('w')?.data).toEqual(Float32Array.of(1, 2, 3));
    await symlink('blobs/456', join(folder, 'linked.bin'));
    expect(await loadExternal({ location: 'linked.bin' })).toEqual(Float32Array.of(1, 2, 3));
  });

  it.each([
    '../outside.bin',
    'sub/../../outside.bin',
    '..\\outside.bin',
    '/etc/passwd',
    'C:\\outside.bin',
    'C:outside.bin',
    '\\\\server\\share',
    'a\0.bin',
    '..',
  ])("may not leave the folder by its path: '%s'", async (location) => {
    await mkdir(join(folder, 'inner', 'sub'), { recursive: true });
    await writeFile(join(folder, 'outside.bin'), VALUES);
    path = join(folder, 'inner', 'model.onnx');
    const error = await loadExternal({ location }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelError);
    expect((error as Error).message).toMatch(/with values of the model must have a path below the model's folder/);
  });

  it('may not leave the folder by a link, of a file or of a folder', async () => {
    await mkdir(join(folder, 'inner'));
    await mkdir(join(folder, 'inner-too'));
    await writeFile(join(folder, 'inner-too', 'a.bin'), VALUES);
    await symlink('../inner-too/a.bin', join(folder, 'inner', 'file'));
    await symlink('../inner-too', join(folder, 'inner', 'folder'));
    path = join(folder, 'inner', 'model.onnx');
    for (const location of ['file', 'folder/a.bin']) {
      await expect(loadExternal({ location })).rejects.toThrow(
        `${path}: the file '${location}' with values of the model lies outside of the model's folder`,
      );
    }
  });

  it('must be there, and a regular file', async () => {
    await expect(loadExternal({ location: 'missing' })).rejects.toThrow(
      /'missing' with values .* cannot be read: ENOENT/,
    );
    await mkdir(join(folder, 'sub'));
    await expect(loadExternal({ location: 'sub' })).rejects.toThrow(/cannot be read: it is no regular file/);
    await expect(loadExternal({ location: '.' })).rejects.toThrow(ModelError);
  });

  it.skipIf(MKFIFO === undefined)('does not wait for a pipe', async () => {
    execFileSync(MKFIFO as string, [join(folder, 'pipe')]);
    await expect(loadExternal({ location: 'pipe' })).rejects.toThrow(/it is no regular file/);
  });

  it.each<[Record<string, string>, RegExp]>([
    [{}, /initializer 'w': its values lie in another file, but no location tells/],
    [{ location: '' }, /no location tells/],
    [
      { location: 'a.bin', offset: '4' },
      /initializer 'w': its values are bytes 4 to 16 of 'a.bin', which has 12 bytes/,
    ],
    [{ location: 'a.bin', offset: '0', length: '13' }, /bytes 0 to 13 of 'a.bin', which has 12/],
    [{ location: 'a.bin', length: '8' }, /needs 12 bytes, but there are 8/],
    [{ location: 'a.bin', offset: '-4' }, /the offset of its external data must be a number of bytes, but is '-4'/],
    [{ location: 'a.bin', length: '0x8' }, /the length of its external data must be a number of bytes, but is '0x8'/],
    [{ location: 'a.bin', offset: '9'.repeat(16) }, /must be a number of bytes/],
    [{ location: 'a.bin', offset: '9'.repeat(15) }, /which has 12 bytes/],
  ])('is refused with %o', async (entries, message) => {
    await writeFile(join(folder, 'a.bin'), VALUES);
    const error = await loadExternal(entries).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ModelError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message.startsWith(`${path}: `)).toBe(true);
  });

  it('may be shared by tied weights, but not by so many that memory suffers', () => {
    const tensor = { shape: [3], external: { location: 'a.bin' } };
    const tied = (count: number) =>
      writeOnnx({ initializers: Object.fromEntries(Array.from({ length: count }, (_, i) => [`w${i}`, tensor])) });
    const read = (file: Uint8Array) => readOnnx(file, { external: () => VALUES });
    expect(read(tied(4)).initializers.size).toBe(4);
    expect(refusal(tied(5), read)).toMatch(/initializer 'w4': the values of 'a.bin' are used more than 4 times over/);
  });

  it('is in memory once, whatever it is called', async () => {
    await writeFile(join(folder, 'a.bin'), VALUES);
    await symlink('a.bin', join(folder, 'b.bin'));
    const load = async (locations: string[]) => {
      const tensors = locations.map((location, i) => [`w${i}`, { shape: [3], external: { location } }]);
      await writeFile(path, writeOnnx({ initializers: Object.fromEntries(tensors) }));
      return [...(await loadOnnx(path)).initializers.values()].map(({ data }) => data.buffer);
    };
    expect(new Set(await load(['a.bin', 'b.bin', './a.bin']))).toHaveProperty('size', 1);
    await expect(load(['a.bin', 'b.bin', './a.bin', './/a.bin', '././a.bin'])).rejects.toThrow(
      /used more than 4 times/,
    );
  });

  it('needs somebody who reads it', () => {
    const file = writeOnnx(external({ location: 'a.bin' }));
    expect(refusal(file)).toBe(
      "model.onnx: initializer 'w': its values lie in the file 'a.bin', which bytes in memory do not lead to: " +
        'load the model by its path',
    );
    const failing = (given: Uint8Array) =>
      readOnnx(given, {
        external: () => {
          throw new Error('no such thing');
        },
      });
    expect(refusal(file, failing)).toMatch(/the file 'a.bin' with its values cannot be read: no such thing/);
  });
});

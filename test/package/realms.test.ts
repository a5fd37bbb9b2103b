import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { writeOnnx } from '../support/onnx-writer.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hasAddon = existsSync(join(root, 'build/Release/convkit.node'));

/** What Jest lends a test file of Node's own; all else (Float32Array, Error, Map…) is the file's own. */
const LENT = {
  process,
  Buffer,
  AbortController,
  AbortSignal,
  ArrayBuffer,
  DOMException,
  performance,
  queueMicrotask,
  setImmediate,
  setTimeout,
  structuredClone,
  TextDecoder,
  TextEncoder,
  URL,
  crypto,
  Uint8Array,
};

/**
 * The package as a test file in Jest has it: CommonJS modules in a realm of their own, from a registry of their own.
 * `evaluate` runs an expression in that realm, where `convkit` and `image` are the package.
 */
function ownRealm(place = root) {
  const context = vm.createContext({ ...LENT });
  const registry = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const known = registry.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    registry.set(file, module);
    const node = createRequire(file);
    const require = (id: string) => (id.startsWith('.') ? load(resolve(dirname(file), id)) : node(id));
    const wrapped = `(function (module, exports, require, __filename) {${readFileSync(file, 'utf8')}\n})`;
    const run = new vm.Script(wrapped, { filename: file }).runInContext(context);
    run(module, module.exports, require, file);
    return module.exports;
  };
  context.convkit = load(join(place, 'dist/bundle/index.js'));
  context.image = load(join(place, 'dist/bundle/image.js'));
  return (expression: string, lent: Record<string, unknown> = {}) => {
    Object.assign(context, lent);
    return vm.runInContext(`(async () => (${expression}))()`, context);
  };
}

const model = writeOnnx({
  nodes: [{ operator: 'Relu', inputs: ['x'], outputs: ['y'] }],
  inputs: [{ name: 'x', shape: [2] }],
  outputs: [{ name: 'y', shape: [2] }],
});

const gather = writeOnnx({
  nodes: [{ operator: 'Gather', inputs: ['x', 'i'], outputs: ['y'] }],
  inputs: [
    { name: 'x', shape: [2] },
    { name: 'i', shape: [1], type: 'int32' },
  ],
  outputs: [{ name: 'y', shape: [1] }],
});

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'convkit-realms-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe.each(hasAddon ? ['native', 'typescript'] : ['typescript'])('in a realm of its own, %s', (backend) => {
  let evaluate: ReturnType<typeof ownRealm>;

  beforeEach(async () => {
    evaluate = ownRealm();
    await evaluate(`convkit.setBackend('${backend}')`);
  });

  it.each([
    [
      'a result',
      'convkit.conv2d(convkit.Tensor.from([[[2]]]), { data: new Float32Array([3]), shape: [1, 1, 1, 1] }).data',
    ],
    [
      'a promised result',
      '(await convkit.conv2dAsync(convkit.Tensor.from([[[2]]]), convkit.Tensor.from([[[[3]]]]))).data',
    ],
    ['a large result', 'convkit.conv2d(convkit.Tensor.zeros([64, 64, 64]), convkit.Tensor.zeros([16, 64, 1, 1])).data'],
    [
      'a model’s result',
      '(await (await convkit.loadModel(model)).run(new convkit.Tensor(new Float32Array(2), [2]))).y.data',
    ],
  ])('is an array of that realm: %s', async (_, expression) => {
    expect(await evaluate(`${expression} instanceof Float32Array`, { model: Buffer.from(model) })).toBe(true);
  });

  it('arrays of the other realm are taken', async () => {
    const theirs = { data: new Float32Array([1, 2]), shape: [2], pixels: new Uint16Array([1, 2, 3]) };
    const values = await evaluate("[...convkit.activate({ data, shape }, 'relu').data]", theirs);
    expect([...values]).toEqual([1, 2]);
    const read = '[...image.toTensor({ data: pixels, width: 1, height: 1, channels: 3 }).data].map((x) => x * 65535)';
    expect([...(await evaluate(read))].map(Math.round)).toEqual([1, 2, 3]);
    expect([
      ...(await evaluate('convkit.conv2dOutputShape(x, w)', { x: new Int32Array([1, 4, 4]), w: [1, 1, 3, 3] })),
    ]).toEqual([1, 2, 2]);
    const kernel = { box: new Float64Array([1, 2, 1]) };
    expect(
      await evaluate(
        'image.separableFilter2d({ data: new Uint8Array(9), width: 3, height: 3, channels: 1 }, box, box).data.length',
        kernel,
      ),
    ).toBe(9);
  });

  it('maps of the other realm are taken', async () => {
    const weights = { weights: new Map([['weight', { data: new Float32Array([4]), shape: [1, 1, 1, 1] }]]) };
    const layer =
      'new convkit.Conv2d(1, 1, 1, { bias: false }).load(weights).forward(convkit.Tensor.from([[[[3]]]])).data[0]';
    expect(await evaluate(layer, weights)).toBe(12);
    await expect(evaluate('convkit.conv2dOutputShape([1, 4, 4], [1, 1, 3, 3], weights)')).rejects.toMatchObject({
      message: expect.stringContaining('Object.fromEntries()'),
    });
  });

  it('the error of the other realm is understood: a file that is not there, an address', async () => {
    const read = (expression: string) => evaluate(`${expression}.catch(({ code, message }) => ({ code, message }))`);
    const gone = await read(`convkit.loadModel('${join(folder, 'gone.onnx').replaceAll('\\', '/')}')`);
    expect(gone).toMatchObject({ code: 'ERR_MODEL', message: expect.not.stringContaining('Error:') });
    // A class of its own, as `URL` is in a simulated browser.
    const address = { href: pathToFileURL(join(folder, 'gone.onnx')).href, protocol: 'file:' };
    const byAddress = await evaluate('convkit.loadModel(address).catch(({ code }) => code)', { address });
    expect(byAddress).toBe('ERR_MODEL');
  });

  it('what only a run finds is the same error as ever', async () => {
    const run = `convkit.loadModel(gather)
      .then((loaded) => loaded.run({ x: convkit.Tensor.from([1, 2]), i: { data: new Int32Array([99]), shape: [1], type: 'int32' } }))
      .catch((error) => [error.code, error instanceof convkit.ConvkitError, error.message].join())`;
    expect(await evaluate(run, { gather: Buffer.from(gather) })).toMatch(/^ERR_ARGUMENT,true,.*99/);
  });
});

it('many realms of one process have the backend, one after another', async () => {
  for (let file = 0; file < 20; file++) {
    const evaluate = ownRealm();
    const y = 'convkit.conv2dAsync(convkit.Tensor.from([[[2]]]), convkit.Tensor.from([[[[21]]]]))';
    expect(await evaluate(`[(await ${y}).data[0], convkit.runtime().backend].join()`)).toBe(
      `42,${hasAddon ? 'native' : 'typescript'}`,
    );
  }
});

it('a package without an addon says so there, too', async () => {
  // Set in CI, where a missing addon is an error.
  vi.stubEnv('CONVKIT_REQUIRE_NATIVE', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const place = join(folder, 'bare');
  for (const part of ['dist', 'package.json']) cpSync(join(root, part), join(place, part), { recursive: true });
  const { reason } = await ownRealm(place)("(convkit.setBackend('auto'), convkit.runtime())");
  expect(reason).toMatch(/is not installed/);
  expect(reason).not.toMatch(/failed to load/);
});

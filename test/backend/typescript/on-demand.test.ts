import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOnnx } from '../../support/onnx-writer.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const addon = join('build', 'Release', 'convkit.node');
const CONVOLUTION = 'conv2d(Tensor.from([[[1, 2], [3, 4]]]), Tensor.from([[[[10]]]])).toNested()';

/** What an expression gives in a process of its own, where `convkit` is the package in `place`. */
function evaluateIn(place: string, expression: string, flags: readonly string[] = []) {
  const code = `
    const convkit = await import(${JSON.stringify(join(place, 'dist/bundle/index.js'))});
    const { conv2d, loadModel, runtime, setBackend, Tensor } = convkit;
    console.log(JSON.stringify(await (async () => ${expression})()));
  `;
  const clean = { NODE_OPTIONS: '', CONVKIT_BACKEND: '', CONVKIT_ISA: '', CONVKIT_REQUIRE_NATIVE: '' };
  const output = execFileSync(process.execPath, [...flags, '--no-warnings', '--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { ...process.env, ...clean },
  });
  return JSON.parse(output);
}

describe('the modules of the TypeScript backend', () => {
  let without: string;

  beforeAll(() => {
    without = mkdtempSync(join(tmpdir(), 'convkit-without-'));
    cpSync(join(root, 'package.json'), join(without, 'package.json'));
    cpSync(join(root, 'dist'), join(without, 'dist'), {
      recursive: true,
      filter: (path) => path !== join(root, 'dist', 'bundle', 'typescript'),
    });
    if (existsSync(join(root, addon))) cpSync(join(root, addon), join(without, addon));
  });

  afterAll(() => rmSync(without, { recursive: true, force: true }));

  it.runIf(existsSync(join(root, addon)))('are not needed by the native one', () => {
    expect(evaluateIn(without, CONVOLUTION)).toEqual([
      [
        [10, 20],
        [30, 40],
      ],
    ]);
    const chosen = "{ try { setBackend('typescript'); } catch ({ code }) { return code; } }";
    expect(evaluateIn(without, chosen)).toBe('MODULE_NOT_FOUND');
  });

  it.each([0, 1, 2, 4])('may be asked for %i turns after a model began to load', (turns) => {
    const bytes = writeOnnx({
      nodes: [{ operator: 'Relu', inputs: ['x'], outputs: ['y'] }],
      inputs: [{ name: 'x', shape: [2] }],
      outputs: [{ name: 'y', shape: [2] }],
    });
    const results = evaluateIn(
      root,
      `{
        const loading = loadModel(Uint8Array.from(${JSON.stringify([...bytes])}));
        for (let turn = 0; turn < ${turns}; turn++) await new Promise(setImmediate);
        setBackend('typescript');
        return [(await loading).runSync(Tensor.from([-1, 1])).y.toNested(), runtime().backend];
      }`,
    );
    expect(results).toEqual([[0, 1], 'typescript']);
  });

  const flags = ['--no-addons', '--no-experimental-require-module'];
  it.each(flags.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag.replace('--no-', '--'))))(
    'are there with %s',
    (flag) => {
      const results = evaluateIn(root, `{ setBackend('typescript'); return ${CONVOLUTION}; }`, [flag]);
      expect(results).toEqual([
        [
          [10, 20],
          [30, 40],
        ],
      ]);
    },
  );

  it('import nothing from elsewhere that is not loaded with the package', () => {
    const isTheirs = (file: string) => file.includes(join('backend', 'typescript'));
    const loaded = reachable(join(root, 'src/index.ts'));
    const theirs = [...reachable(join(root, 'src/backend/typescript/index.ts'))];
    expect([...loaded].filter(isTheirs)).toEqual([]);
    expect(theirs.filter(isTheirs).length).toBeGreaterThan(20);
    expect(theirs.filter((file) => !isTheirs(file) && !loaded.has(file))).toEqual([]);
  });
});

/** Files that are loaded with a module of src; dynamic imports and types are not. */
function reachable(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = /^(?:import|export)(?! type)[^;]*? from '(\.[^']+)\.js';$/gm;
  for (const [, path] of readFileSync(file, 'utf8').matchAll(imports))
    reachable(resolve(dirname(file), `${path}.ts`), seen);
  return seen;
}

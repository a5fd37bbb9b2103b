import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

/** What a program prints, as JSON, in a process of its own; `flags` are Node's. */
function run(code: string, ...flags: string[]) {
  const clean = { NODE_OPTIONS: '', CONVKIT_BACKEND: '', CONVKIT_ISA: '', CONVKIT_REQUIRE_NATIVE: '' };
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--no-warnings', '-'], {
    // Not as an argument: a bundle is longer than those may be.
    input: code,
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...clean },
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

const SAME = `
  (async () => {
    const required = [require('convkit'), require('convkit/image')];
    const imported = [await import('convkit'), await import('convkit/image')];
    const same = required.map((one, i) => Object.keys(imported[i]).every((name) => one[name] === imported[i][name]));
    required[0].setBackend('typescript');
    required[0].setThreads(3);
    const { backend, threads } = imported[0].runtime();
    const y = await imported[0].conv2dAsync(required[0].Tensor.from([[[2]]]), required[0].Tensor.from([[[[21]]]]));
    console.log(JSON.stringify({ same, backend, threads, value: y.data[0], ours: y instanceof required[0].Tensor }));
  })();
`;

describe('require and import', () => {
  const switches = [[], ['--no-experimental-require-module'], ['--no-addons']].filter(([flag]) =>
    flag === undefined ? true : process.allowedNodeEnvironmentFlags.has(flag.replace('--no-', '--')),
  );

  it.each(switches)('give one instance: %s', (...flags) => {
    const expected = { same: [true, true], backend: 'typescript', threads: 3, value: 42, ours: true };
    expect(run(SAME, ...flags, '--input-type=commonjs')).toEqual(expected);
  });

  it.each(['index', 'image'])('give the same names: %s', async (name) => {
    const required = Object.keys(require(join(root, `dist/bundle/${name}.js`)));
    const imported = Object.keys(await import(join(root, `dist/bundle/${name}.mjs`)));
    expect(imported.sort()).toEqual(required.sort());
  });

  it.each(['index', 'image'])('leave what is required to be replaced by a test: %s', (name) => {
    const exported = require(join(root, `dist/bundle/${name}.js`));
    for (const [key, { writable }] of Object.entries(Object.getOwnPropertyDescriptors(exported))) {
      expect([key, writable]).toEqual([key, true]);
    }
  });
});

// TypeScript and Babel, where they write CommonJS, take `module.default` of a module that says it were one of ES.
it.each(['index', 'image'])(
  'whose default import is compiled to `require` gets what `module.exports` is: %s',
  (name) => {
    const exported = require(join(root, `dist/bundle/${name}.js`));
    expect(Reflect.ownKeys(exported).filter((key) => key === '__esModule' || key === 'default')).toEqual([]);
    const program = ts.transpileModule("import convkit from 'convkit'; export const found = convkit;", {
      compilerOptions: { module: ts.ModuleKind.CommonJS, esModuleInterop: true },
    });
    const exports: { found?: unknown } = {};
    new Function('exports', 'require', program.outputText)(exports, () => exported);
    expect(exports.found).toBe(exported);
  },
);

describe('the code', () => {
  it('asks nobody for Node’s modules who may not be there in a bundle', () => {
    for (const name of ['index', 'image', 'core', 'main', 'pixels', 'load', 'typescript/index']) {
      expect(readFileSync(join(root, `dist/bundle/${name}.js`), 'utf8')).not.toMatch(/require\("node:|__dirname/);
    }
  });

  it('runs where a bundler has made one ES module of it, without `require` and `__filename`', async () => {
    const bundle = await rolldown({
      input: 'virtual:program',
      cwd: root,
      platform: 'neutral',
      logLevel: 'silent',
      external: ['sharp'],
      plugins: [
        {
          name: 'program',
          resolveId: (id) => (id === 'virtual:program' ? id : null),
          load: (id) =>
            id === 'virtual:program'
              ? `import { conv2dAsync, setBackend, Tensor } from ${JSON.stringify(join(root, 'dist/bundle/index.mjs'))};
                 setBackend('typescript');
                 const y = await conv2dAsync(Tensor.from([[[2]]]), Tensor.from([[[[21]]]]));
                 console.log(JSON.stringify(y.data[0]));`
              : null,
        },
      ],
    });
    const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
    expect(run(output[0].code, '--input-type=module')).toBe(42);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { here, root } from '../lib/places.mjs';
import { scenario, shared } from '../lib/scenario.mjs';

const require = createRequire(import.meta.url);
const program = readFileSync(join(here, 'programs', 'main-api.ts'), 'utf8');
const nodeTypes = dirname(dirname(dirname(require.resolve('@types/node/package.json', { paths: [root] }))));

const PRINTED = ['native', [1, 2, 2], [1, 4, 4], 'ERR_SHAPE', [1, 10], [2, 3, 4, 4], 'ERR_MODEL'];

const MODULES = {
  node16: { module: 'node16' },
  nodenext: { module: 'nodenext' },
  bundler: { module: 'es2022', moduleResolution: 'bundler' },
};

/** What has a signal and a console: Node's types, or those of browsers. */
const SURROUNDINGS = {
  '@types/node': { types: ['node'], typeRoots: [join(nodeTypes, '@types')], lib: ['es2022'] },
  'no @types/node': { types: [], lib: ['es2022', 'dom'] },
};

const installed = shared('types', async (project) => {
  await project.npm('install', 'convkit');
  project.write({ 'program.mts': program, 'program.cts': program });
});

for (const version of ['5.9', '6']) {
  for (const [name, module] of Object.entries(MODULES)) {
    for (const [surroundings, given] of Object.entries(SURROUNDINGS)) {
      const isLong = surroundings !== '@types/node';
      scenario(`TypeScript ${version}, ${name}, ${surroundings}`, { in: installed, isLong }, async (project) => {
        const outDir = `out-${version}-${name}-${isLong ? 'dom' : 'node'}`;
        // A bundler has one kind of module, which `module` names.
        const files = name === 'bundler' ? ['program.mts'] : ['program.mts', 'program.cts'];
        const config = `tsconfig-${outDir}.json`;
        project.write({
          [config]: {
            compilerOptions: { ...module, ...given, target: 'es2022', strict: true, skipLibCheck: false, outDir },
            files,
          },
        });
        await project.run('node', require.resolve(`typescript-${version}/bin/tsc`), '-p', config);
        for (const file of files) {
          const { stdout } = await project.run('node', `${outDir}/${file.replace('ts', 'js')}`);
          assert.deepEqual(JSON.parse(stdout), PRINTED);
        }
      });
    }
  }
}

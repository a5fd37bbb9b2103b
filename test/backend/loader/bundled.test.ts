import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAbsence } from '../../../src/backend/platform-packages.js';
import { builtAddon, HERE, Installed } from './installed.js';

const app = new Installed();

/** A program that a bundler put convkit into, in a folder of its own. */
beforeAll(async () => {
  const input = app.addFile(
    'program.mjs',
    "import { runtime } from 'convkit'; console.log(JSON.stringify(runtime()));",
  );
  const external = [/\.node$/, /^@convkit\//, 'pbf', 'sharp'];
  const bundle = await rolldown({ input, platform: 'node', cwd: app.folder, external, logLevel: 'silent' });
  await bundle.write({ dir: join(app.folder, 'out'), format: 'esm', entryFileNames: 'app.mjs' });
  app.addFile('node_modules/pbf/package.json', '{ "name": "pbf", "type": "module", "exports": "./index.js" }');
  app.addFile(
    'node_modules/pbf/index.js',
    'export class PbfReader {} export class PbfWriter {} export default class {}',
  );
});
beforeEach(() => void app.clean());
afterAll(() => app.remove());

describe('a program that convkit was bundled into', () => {
  it('says so, and not that a package has to be installed', () => {
    const { lines, stderr } = app.start(['out/app.mjs']);
    const reason = 'convkit was put into a bundle, and the addon was not';
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ backend: 'typescript', reason });
    const mend = 'keep convkit out of the bundle, as an external package (docs/deploying.md shows how)';
    expect(stderr).toContain(`${reason}. To mend it: ${mend}\n`);
  });

  it('leaves alone what the program itself built', () => {
    cpSync(join(app.folder, 'out'), join(app.folder, 'dist', 'server'), { recursive: true });
    app.addFile('build/Release/convkit.node', 'no addon of convkit');
    const { lines } = app.start(['dist/server/app.mjs']);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      reason: 'convkit was put into a bundle, and the addon was not',
    });
  });

  it.runIf(builtAddon !== undefined)('takes the package of the platform where that was kept beside it', () => {
    app.addPackage(HERE, readFileSync(builtAddon ?? ''));
    const { lines, stderr } = app.start(['out/app.mjs']);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ backend: 'native' });
    expect(stderr).toBe('');
  });

  it('has no package in a single executable, whose `require` knows Node’s own modules alone', () => {
    expect(isAbsence({ error: Object.assign(new Error(), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' }) })).toBe(true);
    expect(isAbsence({ error: null })).toBe(false);
  });
});

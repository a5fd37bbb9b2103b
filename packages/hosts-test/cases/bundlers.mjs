/**
 * Each bundler builds the app twice, with the configuration that docs/deploying.md shows: with convkit external, and with
 * convkit, its addon and its worker inside. What was built runs in a folder without sources.
 */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageName } from '../../../scripts/packages/platforms.mjs';
import { block, isOnPage } from '../support/docs.mjs';
import { here } from '../support/folders.mjs';
import { bundlerProject, outputFolder, platform } from '../support/projects.mjs';
import { ALONE, checkResult } from '../support/results.mjs';
import { run, shell, tryRun } from '../support/run.mjs';

const WEBPACK = `
import webpack from 'webpack';
import config from './webpack.config.mjs';
webpack(config, (error, stats) => {
  if (error) throw error;
  console.log(stats.toString({ colors: false, modules: false }));
  process.exitCode = stats.hasErrors() || stats.hasWarnings() ? 1 : 0;
});
`;

const ENVIRONMENT = { PATH: `${join(here, 'node_modules', '.bin')}:${process.env.PATH}` };

/** A bundler, its file of configuration where it has one, and the command that builds dist/ with it. */
const BUNDLERS = {
  esbuild: {},
  webpack: { config: 'webpack.config.mjs', build: 'node webpack.mjs', files: { 'webpack.mjs': WEBPACK } },
  rollup: { config: 'rollup.config.mjs', build: 'rollup --config rollup.config.mjs' },
  rolldown: { config: 'rolldown.config.mjs', build: 'rolldown --config rolldown.config.mjs' },
  vite: { config: 'vite.config.mjs', build: 'vite build' },
};

/** What the page shows of each, and what the app then finds where that is not all there is. */
const BUILDS = [
  { bundler: 'esbuild', how: 'external', isShort: true },
  { bundler: 'esbuild', how: 'external-cjs' },
  { bundler: 'esbuild', how: 'inside', isShort: true },
  { bundler: 'esbuild', how: 'inside-cjs' },
  { bundler: 'esbuild', how: 'alone', isShort: true, but: ALONE },
  { bundler: 'webpack', how: 'external' },
  { bundler: 'webpack', how: 'external-cjs' },
  { bundler: 'webpack', how: 'inside' },
  { bundler: 'webpack', how: 'inside-cjs' },
  { bundler: 'rollup', how: 'external' },
  { bundler: 'rollup', how: 'inside' },
  { bundler: 'rolldown', how: 'external', isShort: true },
  { bundler: 'rolldown', how: 'inside', isShort: true },
  { bundler: 'vite', how: 'external' },
  { bundler: 'vite', how: 'inside' },
];

async function build({ bundler, how, but }) {
  const { config, build: command, files = {} } = BUNDLERS[bundler];
  const folder = await bundlerProject(`${bundler}-${how}`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  // The page has the most common platform; whoever reads it puts in another.
  const text = block(`${bundler}-${how}`).replaceAll('@convkit/linux-x64', packageName(platform));
  if (config !== undefined) writeFileSync(join(folder, config), text);
  const output = await shell(command ?? text, { cwd: folder, env: ENVIRONMENT, minutes: 6 });
  const out = await outputFolder(`${bundler}-${how}`, join(folder, 'dist'), {
    modules: how.startsWith('external'),
    isCommonJs: how.endsWith('cjs'),
  });
  const built = join(out, 'app', 'dist');
  const main = readdirSync(built).find((name) => /^main\.(c|m)?js$/.test(name));
  assert.ok(main, `dist has no main: ${readdirSync(built)}`);
  assert.doesNotMatch(output, /warning/i, 'it builds without a warning');
  checkResult(await run([process.execPath, join('app', 'dist', main), 'tiny.onnx'], { cwd: out }), but);
  return readdirSync(built).length === 1 ? main : `${main} and ${readdirSync(built).length - 1} more`;
}

const ESBUILD_ALL = 'esbuild main.mjs --bundle --platform=node --format=esm --external:sharp --outfile=dist/main.mjs';
const WEBPACK_ALL = `
export default { mode: 'production', target: 'node20', entry: './app.mjs', externals: { sharp: 'commonjs sharp' } };
`;
const rollupAll = (more) => `
import commonjs from '@rollup/plugin-commonjs';
import resolve from '@rollup/plugin-node-resolve';
const plugins = [${more} resolve({ preferBuiltins: true }), commonjs()];
export default { input: 'main.mjs', external: ['sharp'], plugins, output: { dir: 'dist' } };
`;
const JSON_PLUGIN = `{ name: 'json', transform: (code, id) => id.endsWith('.json') ? 'export default ' + code : null },`;
const ROLLDOWN_ALL = `
export default { input: 'main.mjs', platform: 'node', external: ['sharp'], output: { dir: 'dist' } };
`;
const VITE_ALL = `
export default { ssr: { noExternal: ['convkit'] }, build: { ssr: 'main.mjs', rollupOptions: { external: ['sharp'] } } };
`;

/** Told only to put all in, each bundler stops at the addon's package; what it says stands on the page, too. */
const UNTOLD = [
  { bundler: 'esbuild', says: 'No loader is configured for ".node" files' },
  { bundler: 'webpack', config: WEBPACK_ALL, says: 'Module parse failed: Unexpected character' },
  { bundler: 'rollup', config: rollupAll(''), says: 'Note that you need @rollup/plugin-json', of: 'package.json' },
  { bundler: 'rollup', more: ' with JSON', config: rollupAll(JSON_PLUGIN), says: 'Unexpected character' },
  { bundler: 'rolldown', config: ROLLDOWN_ALL, says: 'Could not load node_modules/@convkit/linux-x64/convkit.node' },
  { bundler: 'vite', config: VITE_ALL, says: 'Could not load node_modules/@convkit/linux-x64/convkit.node' },
];

async function refuse({ bundler, says, of = 'convkit.node', config: text }) {
  const { config, build: command = ESBUILD_ALL, files = {} } = BUNDLERS[bundler];
  const folder = await bundlerProject(`${bundler}-untold`);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  if (config !== undefined) writeFileSync(join(folder, config), text);
  const { code, output } = await tryRun(['sh', '-euc', command], { cwd: folder, env: ENVIRONMENT });
  assert.notEqual(code, 0, output);
  assert.ok(isOnPage(says), `the page says: ${says}`);
  for (const part of [says, `node_modules/@convkit/linux-x64/${of}`]) {
    assert.ok(output.includes(part.replace('@convkit/linux-x64', packageName(platform))), output);
  }
}

export const BUNDLER_CASES = [
  ...BUILDS.map((one) => ({
    name: `bundler: ${one.bundler} ${one.how}`,
    isLong: one.isShort !== true,
    run: () => build(one),
  })),
  ...UNTOLD.map((one) => ({
    name: `bundler: ${one.bundler}${one.more ?? ''}, untold`,
    isLong: one.bundler !== 'esbuild',
    run: () => refuse(one),
  })),
];

/**
 * Each bundler builds the app twice, with the configuration that docs/deploying.md shows: with convkit external, and with
 * convkit, its addon and its worker inside. What was built runs in a folder without sources.
 */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageName } from '../../../scripts/packages/platforms.mjs';
import { block } from '../support/docs.mjs';
import { here } from '../support/folders.mjs';
import { bundlerProject, outputFolder, platform } from '../support/projects.mjs';
import { checkResult } from '../support/results.mjs';
import { run, shell } from '../support/run.mjs';

const WEBPACK = `
import webpack from 'webpack';
import config from './webpack.config.mjs';
webpack(config, (error, stats) => {
  if (error) throw error;
  console.log(stats.toString({ colors: false, modules: false }));
  process.exitCode = stats.hasErrors() || stats.hasWarnings() ? 1 : 0;
});
`;

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

async function build({ bundler, how }) {
  const { config, build: command, files = {} } = BUNDLERS[bundler];
  const folder = await bundlerProject(`${bundler}-${how}`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  // The page has the most common platform; whoever reads it puts in another.
  const text = block(`${bundler}-${how}`).replaceAll('@convkit/linux-x64', packageName(platform));
  if (config !== undefined) writeFileSync(join(folder, config), text);
  const env = { PATH: `${join(here, 'node_modules', '.bin')}:${process.env.PATH}` };
  const output = await shell(command ?? text, { cwd: folder, env, minutes: 6 });
  const out = await outputFolder(`${bundler}-${how}`, join(folder, 'dist'), {
    modules: how.startsWith('external'),
    isCommonJs: how.endsWith('cjs'),
  });
  const built = join(out, 'app', 'dist');
  const main = readdirSync(built).find((name) => /^main\.(c|m)?js$/.test(name));
  assert.ok(main, `dist has no main: ${readdirSync(built)}`);
  assert.doesNotMatch(output, /warning/i, 'it builds without a warning');
  checkResult(await run([process.execPath, join('app', 'dist', main), 'tiny.onnx'], { cwd: out }));
  return readdirSync(built).length === 1 ? main : `${main} and ${readdirSync(built).length - 1} more`;
}

export const BUNDLER_CASES = BUILDS.map((one) => ({
  name: `bundler: ${one.bundler} ${one.how}`,
  isLong: one.isShort !== true,
  run: () => build(one),
}));

/**
 * `node make-layer.mjs [--cpu x64|arm64] [--output layer.zip] [PACKAGE…]`: a layer for AWS Lambda with convkit and the native
 * addon of Lambda's machines, whatever machine this runs on. PACKAGE is what npm installs; `convkit` where none is named.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { cpu: { type: 'string', default: 'x64' }, output: { type: 'string', default: 'layer.zip' } },
  allowPositionals: true,
});
const packages = positionals.length === 0 ? ['convkit'] : positionals;

/** Lambda takes no more, in megabytes of 2^20 bytes: a function and all its layers together, unpacked. */
const LAMBDA_LIMIT = 250;

function run(program, words, cwd) {
  const { status, error } = spawnSync(program, words, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}`);
}

function megabytesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 2 ** 20;
}

const layer = mkdtempSync(join(tmpdir(), 'layer-'));
try {
  const nodejs = join(layer, 'nodejs');
  mkdirSync(nodejs);
  writeFileSync(join(nodejs, 'package.json'), '{ "private": true }\n');
  // Lambda's machines run Amazon Linux, which has glibc.
  const platform = ['--os=linux', `--cpu=${values.cpu}`, '--libc=glibc'];
  run('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', ...platform, ...packages], nodejs);
  rmSync(join(nodejs, 'package-lock.json'), { force: true });
  const output = resolve(values.output);
  rmSync(output, { force: true });
  run('zip', ['-qrX', output, 'nodejs'], layer);
  const [zipped, unpacked] = [statSync(output).size / 2 ** 20, megabytesOf(nodejs)];
  console.log(
    `${values.output}: ${zipped.toFixed(1)} MB, unpacked ${unpacked.toFixed(1)} MB of the ${LAMBDA_LIMIT} that Lambda takes`,
  );
  if (unpacked > LAMBDA_LIMIT) process.exitCode = 1;
} finally {
  rmSync(layer, { recursive: true, force: true });
}

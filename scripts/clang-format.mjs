// Formats the C++ sources, or with --check only reports what is not formatted.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './native-tools.mjs';

const check = process.argv.includes('--check');
const command = process.env.CLANG_FORMAT ?? 'clang-format';

if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status !== 0) {
  console.log('clang-format is not installed: the C++ sources were skipped.');
  process.exit(0);
}
const files = readdirSync(join(root, 'native'), { recursive: true })
  .filter((name) => /\.(cc|h|inc)$/.test(name))
  .map((name) => join('native', name));
if (files.length === 0) process.exit(0);
const mode = check ? ['--dry-run', '-Werror'] : ['-i'];
const { status } = spawnSync(command, [...mode, ...files], { cwd: root, stdio: 'inherit' });
if (status === 0) console.log(`clang-format: ${files.length} files ${check ? 'are formatted' : 'formatted'}.`);
process.exit(status ?? 1);

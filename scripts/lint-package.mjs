/**
 * Whether what is published can be found by every tool: publint for the files, attw for the types that each way of
 * resolving modules finds. Of the staged package, or else of what `npm pack` makes of the clone.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const staged = join(root, 'build', 'packages', 'convkit');
const place = existsSync(staged) ? staged : root;

const folder = mkdtempSync(join(tmpdir(), 'convkit-lint-'));
try {
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const packed = JSON.parse(execFileSync('npm', words, { cwd: place, encoding: 'utf8' }));
  // A list in npm 10, an object by the package's name in npm 12.
  const [{ filename, unpackedSize, entryCount }] = Object.values(packed);
  console.log(`${filename} of ${place}: ${entryCount} files, ${unpackedSize} bytes`);
  const tarball = join(folder, filename);
  const checks = [
    ['publint', ['run', tarball, '--strict']],
    ['attw', [tarball, '--no-emoji', '--format', 'table']],
  ];
  for (const [tool, rest] of checks) {
    const { status } = spawnSync(join(root, 'node_modules', '.bin', tool), rest, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Node.js for other platforms and of other versions, as npm has it in packages called node-<platform>. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../native-tools.mjs';

/**
 * Fetched once, into build/nodes.
 *
 * @param {string} platform as the package's name says it: linux-arm64, win-x64
 * @returns {string} the program
 */
export function nodeOf(platform, major) {
  const folder = join(root, 'build', 'nodes', `${platform}-${major}`);
  const program = join(folder, 'package', 'bin', platform.startsWith('win') ? 'node.exe' : 'node');
  if (existsSync(program)) return program;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Packed and not installed: npm would refuse a package that is not for this machine.
  execFileSync('npm', ['pack', '--silent', `node-${platform}@${major}`], {
    cwd: folder,
    shell: process.platform === 'win32',
  });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  rmSync(join(folder, tarball));
  return program;
}

/**
 * What runs a platform's Node.js on this machine: a command, to be followed by Node's own arguments. This machine's Node where
 * the platform is its own, and else an emulator, or a host that exports the functions which an addon takes.
 */
import { muslHost } from './musl/host.mjs';
import { nodeOf } from './node-binaries.mjs';

/** By platform, for those that are not this machine's: the major version of Node to the command. */
const FOREIGN = {
  'linux-x64': (major) => [nodeOf('linux-x64', major)],
  // Debian's cross compiler has the libraries; in qemu-user they stand where the program looks for its own.
  'linux-arm64': (major) => ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu', nodeOf('linux-arm64', major)],
  // npm has no Node.js for musl.
  'linux-x64-musl': () => muslHost('x64'),
  'linux-arm64-musl': () => muslHost('arm64'),
};

/**
 * @param {import('./platforms.mjs').Platform} platform
 * @param {string} [major] of Node.js; this process's own where it can run the addon, else 20
 * @returns {string[]}
 */
export function runnerOf(platform, major) {
  if (isThisMachine(platform) && major === undefined) return [process.execPath];
  const runner = FOREIGN[platform.id];
  if (runner === undefined) throw new Error(`nothing here runs an addon for ${platform.id}.`);
  return runner(major ?? '20');
}

function isThisMachine({ os, cpu, libc }) {
  const own = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  return os === process.platform && cpu === process.arch && (libc === undefined || libc === own);
}

/**
 * The platforms that a prebuilt addon is published for, each in a package of its own: the one list that building, packing
 * and publishing go by. `os`, `cpu` and `libc` are what npm, pnpm and Yarn choose by.
 *
 * @typedef {{ id: string, os: string, cpu: string, libc?: 'glibc' | 'musl' }} Platform
 */
import { join } from 'node:path';
import { root } from '../native-tools.mjs';

/** @type {readonly Platform[]} */
export const PLATFORMS = [
  { id: 'linux-x64', os: 'linux', cpu: 'x64', libc: 'glibc' },
  { id: 'linux-arm64', os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { id: 'linux-x64-musl', os: 'linux', cpu: 'x64', libc: 'musl' },
  { id: 'linux-arm64-musl', os: 'linux', cpu: 'arm64', libc: 'musl' },
  { id: 'darwin-arm64', os: 'darwin', cpu: 'arm64' },
  { id: 'darwin-x64', os: 'darwin', cpu: 'x64' },
  { id: 'win32-x64', os: 'win32', cpu: 'x64' },
];

export const packageName = ({ id }) => `@convkit/${id}`;

/** Where `npm run build:platform` leaves a platform's addon. */
export const builtAddon = ({ id }) => join(root, 'build', 'platforms', id, 'convkit.node');

/** @throws Error where an ID is none of the list. */
export function platformsOf(ids) {
  return ids.map((id) => {
    const platform = PLATFORMS.find((one) => one.id === id);
    if (platform === undefined) {
      throw new Error(`no platform is called ${id}; there are ${PLATFORMS.map((one) => one.id).join(', ')}`);
    }
    return platform;
  });
}

/** The same for a command's words: what is wrong with them is no matter of stack traces. */
export function platformsOrExit(ids) {
  try {
    return platformsOf(ids);
  } catch (error) {
    console.error(error.message);
    return process.exit(2);
  }
}

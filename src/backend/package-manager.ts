import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownRoot } from './own-package.js';

/** Commands of the package manager that made the node_modules which this package lies in. */
export interface PackageManager {
  readonly name: string;
  /** Installs what the project's files ask for. */
  readonly install: string;
  /** The same, with the optional dependencies that an option or a setting leaves out. */
  readonly installOptional: string;
  /** Adds packages to the project's optional dependencies, so that other platforms can do without. */
  readonly addOptional: string;
  readonly locks: readonly string[];
}

const NPM: PackageManager = {
  name: 'npm',
  install: 'npm install',
  installOptional: 'npm install --include=optional',
  addOptional: 'npm install --save-optional',
  locks: ['package-lock.json', 'npm-shrinkwrap.json'],
};

const PNPM: PackageManager = {
  name: 'pnpm',
  install: 'pnpm install',
  installOptional: 'pnpm install --config.optional=true',
  addOptional: 'pnpm add --save-optional',
  locks: ['pnpm-lock.yaml'],
};

const YARN: PackageManager = {
  name: 'yarn',
  install: 'yarn install',
  installOptional: 'yarn install --force',
  addOptional: 'yarn add --optional',
  locks: ['yarn.lock'],
};

const BUN: PackageManager = {
  name: 'bun',
  install: 'bun install',
  installOptional: 'bun install --force',
  addOptional: 'bun add --optional',
  locks: ['bun.lock', 'bun.lockb'],
};

/** The project whose package manager installed this package, as far as files tell. */
export interface Project {
  readonly manager: PackageManager;
  /** Where its lock lies; undefined where none was found. */
  readonly lock?: string;
}

export function findProject(): Project {
  for (const folder of foldersWithModules(ownRoot())) {
    for (const manager of [PNPM, YARN, BUN, NPM]) {
      const lock = manager.locks.map((name) => join(folder, name)).find(isThere);
      if (lock !== undefined) return { manager, lock };
    }
  }
  if (process.versions.pnp !== undefined) return { manager: YARN };
  return { manager: process.versions.bun === undefined ? NPM : BUN };
}

/** Deno throws where it may not look. */
function isThere(path: string): boolean {
  try {
    return existsSync(path);
  } catch {
    return false;
  }
}

/** The folders that have a node_modules around the path, the innermost first. */
function foldersWithModules(path: string): string[] {
  return [...path.matchAll(/[\\/]node_modules(?=[\\/])/g)].map(({ index }) => path.slice(0, index)).reverse();
}

/** The outermost node_modules that this package lies in; the package's own folder where it lies in none. */
export function outermostModules(): string {
  const outermost = foldersWithModules(ownRoot()).at(-1);
  return outermost === undefined ? ownRoot() : join(outermost, 'node_modules');
}

/** Whether npm's lock knows convkit, but not the package: then npm will never install it. */
export function isMissingInLock({ manager, lock }: Project, packageName: string): boolean {
  if (manager !== NPM || lock === undefined) return false;
  try {
    const { packages = {} } = JSON.parse(readFileSync(lock, 'utf8')) as { packages?: Record<string, unknown> };
    const names = Object.keys(packages);
    const knows = (name: string) => names.some((path) => path.endsWith(`node_modules/${name}`));
    return knows('convkit') && !knows(packageName);
  } catch {
    return false;
  }
}

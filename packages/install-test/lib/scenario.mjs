/** A test that has an empty project, or one that it shares with its file's other tests. What fails keeps it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { killAll } from './processes.mjs';
import { projectIn } from './project.mjs';

/** What index.mjs has prepared for all files, see there. */
export const context = JSON.parse(readFileSync(process.env.CONVKIT_INSTALL_TEST, 'utf8'));

const MOST_TIME_MS = 300_000;

/** The file's name. */
const GROUP = basename(process.argv[1], '.mjs');

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    killAll();
    process.exit(1);
  });
}

/**
 * @typedef {ReturnType<typeof projectIn>} Project
 * @typedef {{ enter: (say: (line: string) => void) => Promise<Project>, keep: () => void, leave: () => void }} Place
 */

/**
 * Runs `body` in an empty project, or in the one of `in`.
 *
 * @param {string} name
 * @param {{ isLong?: boolean, skip?: string | false, in?: Place }} options `isLong`: only in the full run; `skip`: why not here
 * @param {(project: Project, t: import('node:test').TestContext) => unknown} body
 */
export function scenario(name, { isLong = false, skip = false, in: place = empty(name) }, body) {
  if (!`${GROUP}: ${name}`.startsWith(context.only ?? '')) return;
  const reason = skip || (isLong && context.isShort ? 'only in the full run, without --short' : false);
  test(`${GROUP}: ${name}`, { skip: reason, timeout: MOST_TIME_MS }, async (t) => {
    const say = (line) => t.diagnostic(line);
    try {
      await body(await place.enter(say), t);
    } catch (error) {
      say(`kept: ${place.keep()}`);
      throw error;
    }
    place.leave();
  });
}

function empty(name) {
  let folder;
  return {
    enter: async (say) => {
      folder = newFolder(name);
      return projectIn(folder, context, say);
    },
    keep: () => folder,
    leave: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A project that several scenarios of a file use, made by the first of them. @returns {Place} */
export function shared(name, prepare) {
  let folder;
  let prepared;
  let isKept = false;
  after(() => {
    if (folder !== undefined && !isKept) rmSync(folder, { recursive: true, force: true });
  });
  return {
    enter: async (say) => {
      folder ??= newFolder(name);
      const project = projectIn(folder, context, say);
      prepared ??= prepare(project);
      await prepared;
      return project;
    },
    keep: () => {
      isKept = true;
      return folder;
    },
    leave: () => undefined,
  };
}

function newFolder(name) {
  return mkdtempSync(join(context.projects, `${name.replace(/\W+/g, '-').slice(0, 40)}-`));
}

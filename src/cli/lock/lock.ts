import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { openRegular } from '../files/regular.js';
import { LockedError } from './locked-error.js';
import { fateOf, identityOf, type ProcessIdentity } from './process-identity.js';

/** A process that holds a lock, or would if those before it were gone: a line of the lock's file. */
interface Holder extends ProcessIdentity {
  /** Unlike any other line. */
  readonly token: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Where hard links are not to be had, a file exists for a moment before its line is in it. */
const PATIENCE = { attempts: 20, milliseconds: 50 };

/** A draft is written in less; where not, whoever writes it tries once more. */
const DRAFT_MS = 20;

/** Where a lock's first line is written. */
export const draftOf = (path: string) => `${path}.new`;

const LINE_BEGINNING = '{"convkit":"lock"';

/** What systems and file systems say that have no hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

/**
 * A lock that one process holds at a time, and that a process's death opens.
 *
 * Its file appears together with the line of its holder, by a hard link, which no two processes can make. Where its holders
 * are dead, whoever wants it appends a line: the first living process in the order of the lines has it, so that two who come
 * at once agree on who was first. Only processes of the holders' own machine append, and there appending is atomic. Nobody but
 * the holder removes the file.
 */
export class Lock {
  readonly #path: string;
  readonly #token: string;

  private constructor(path: string, token: string) {
    this.#path = path;
    this.#token = token;
  }

  /** @throws LockedError where another process has it, or may have it */
  static async take(path: string, what: string): Promise<Lock> {
    const mine: Holder = { ...identityOf(process.pid), token: randomUUID(), since: new Date().toISOString() };
    for (let attempt = 0; attempt < PATIENCE.attempts; attempt++) {
      const outcome = (await create(path, mine)) ? 'taken' : await inherit(path, mine);
      if (outcome === 'taken') return new Lock(path, mine.token);
      if (outcome === 'empty') await pause(PATIENCE.milliseconds);
      else if (outcome !== 'gone') throw held(path, what, outcome);
    }
    throw new LockedError(
      `'${path}' is there, but does not say which process holds it: where none is at work, remove that file`,
    );
  }

  async release(): Promise<void> {
    const lines = await readLines(this.#path).catch(() => undefined);
    // Somebody may have removed it by hand, and the one that is there is another's.
    if (lines?.some(({ token }) => token === this.#token)) await rm(this.#path, { force: true });
  }
}

function held(path: string, what: string, { pid, host, since, ...rest }: Holder): LockedError {
  const foreign = fateOf({ pid, host, ...rest }) === 'foreign';
  const advice = foreign ? ` Nobody here can see whether it still runs: if it does not, remove '${path}'.` : '';
  return new LockedError(`${what} is being written by process ${pid} on ${host} since ${since}.${advice}`);
}

/**
 * Makes the file, with its first line in it: that is written to a draft, which then gets the lock's name. Others may take the
 * draft's place meanwhile, or remove it; whatever comes of that, the line that the lock then has says whose it is.
 */
async function create(path: string, mine: Holder): Promise<boolean> {
  const draft = draftOf(path);
  if (!(await writeDraft(draft, mine))) return false;
  try {
    await link(draft, path);
    return (await readLines(path))[0]?.token === mine.token;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (!NO_LINKS.has(code)) throw error;
    return await createWithoutLink(path, mine);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whether it was there for this process to write; one that a dead process has left is removed, for the next attempt. */
async function writeDraft(draft: string, mine: Holder): Promise<boolean> {
  const file = await open(draft, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (file !== undefined) {
    try {
      await file.writeFile(lineOf(mine));
      return true;
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  }
  await pause(DRAFT_MS);
  const left = await readText(draft).catch(() => undefined);
  if (left === undefined) return false;
  const holders = parse(left);
  if (left !== '' && holders.length === 0 && !LINE_BEGINNING.startsWith(left) && !left.startsWith(LINE_BEGINNING)) {
    throw new LockedError(`'${draft}' is no file of convkit: it is left alone; move it away`);
  }
  if (firstAlive(holders) === undefined) await rm(draft, { force: true });
  return false;
}

async function createWithoutLink(path: string, mine: Holder): Promise<boolean> {
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    await file.writeFile(lineOf(mine));
  } finally {
    await file.close();
  }
  return true;
}

/** Takes the lock of dead processes; else who has it, or that the file was gone, or has no line yet. */
async function inherit(path: string, mine: Holder): Promise<'taken' | 'gone' | 'empty' | Holder> {
  const file = await openRegular(path, 'a+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return 'gone';
  try {
    const before = parse(await file.readFile('utf8'));
    if (before.length === 0) return 'empty';
    const first = firstAlive(before);
    if (first !== undefined) return first.token === mine.token ? 'taken' : first;
    // Behind a new line of its own: the one before may have been cut off by a full disk.
    await file.appendFile(`\n${lineOf(mine)}`);
    const [lines, facts] = [await readLines(path).catch(() => []), await file.stat()];
    const there = await openRegular(path, 'r').catch(() => undefined);
    const now = await there?.stat();
    await there?.close();
    if (now?.ino !== facts.ino || now?.dev !== facts.dev) return 'gone';
    const others = lines.slice(
      0,
      lines.findIndex(({ token }) => token === mine.token),
    );
    if (others.length === lines.length) return 'gone';
    return firstAlive(others) ?? 'taken';
  } finally {
    await file.close();
  }
}

function firstAlive(holders: readonly Holder[]): Holder | undefined {
  const here = identityOf(process.pid);
  return holders.find((one) => fateOf(one, here) !== 'dead');
}

function lineOf(holder: Holder): string {
  return `${JSON.stringify({ convkit: 'lock', ...holder })}\n`;
}

async function readLines(path: string): Promise<Holder[]> {
  return parse(await readText(path));
}

async function readText(path: string): Promise<string> {
  const file = await openRegular(path, 'r');
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Lines that are whole. */
function parse(text: string): Holder[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value = JSON.parse(line) as Holder & { convkit?: string };
      return value.convkit === 'lock' && typeof value.token === 'string' ? [value] : [];
    } catch {
      return [];
    }
  });
}

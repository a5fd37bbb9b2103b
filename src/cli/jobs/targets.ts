import { factsOf, kindOf, openRegular } from '../files/regular.js';
import { UsageError } from '../usage-error.js';
import type { Result } from './job.js';
import { readManifest } from './manifest.js';
import { type Part, partsOf } from './names.js';

/** What lines of these files have, by which they are known for ours. */
const FIELDS = { index: ['row', 'file'], errors: ['file', 'reason'] } as const;

/** So much of a file has its first line. */
const FIRST_LINE = 64 * 1024;

/** @throws UsageError where a file of the result cannot have its name */
export async function checkTargets(result: Pick<Result, 'out' | 'format'>, overwrite: boolean): Promise<void> {
  // What the user named is looked at first.
  for (const [part, name] of partsOf(result).toReversed()) {
    await checkTarget(name, part === 'rows' && result.format === 'safetensors' ? 'folder' : part, overwrite);
  }
}

/**
 * Lets only a result of convkit be replaced, or a file that the user named.
 *
 * @throws UsageError that says what is in the way, and whether --overwrite would do
 */
export async function checkTarget(name: string, part: Part | 'folder', overwrite: boolean): Promise<void> {
  const facts = await factsOf(name);
  if (facts === undefined) return;
  const fits = part === 'folder' ? facts.isDirectory() : facts.isFile();
  if (!fits) throw new UsageError(`'${name}' is ${kindOf(facts)}, which no result replaces: give another name`);
  const ours = await isOurs(name, part);
  if (!ours) {
    const why = part === 'folder' ? 'a folder without a manifest of convkit' : 'a file that convkit has not written';
    throw new UsageError(`'${name}' is ${why}: it is not overwritten; give another name, or move it away`);
  }
  if (!overwrite) throw new UsageError(`'${name}' is there already: --overwrite replaces it`);
}

async function isOurs(name: string, part: Part | 'folder'): Promise<boolean> {
  if (part === 'folder') return (await readManifest(name)) !== undefined;
  // What stands in the command line is the user's to replace.
  return part === 'rows' || part === 'lines' || (await hasFields(name, FIELDS[part]));
}

async function hasFields(path: string, fields: readonly string[]): Promise<boolean> {
  const file = await openRegular(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_LINE), 0, FIRST_LINE, 0);
    if (bytesRead === 0) return true;
    const [line] = buffer.toString('utf8', 0, bytesRead).split('\n');
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && fields.every((field) => field in value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  } finally {
    await file.close();
  }
}

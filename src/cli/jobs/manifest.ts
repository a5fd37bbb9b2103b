import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape } from '../../shape.js';
import { createFile } from '../files/durable.js';
import { factsOf, notOurs, openRegular } from '../files/regular.js';

/** In a folder of shards: what it is, by which it is known for a result of convkit. */
export const MANIFEST = 'convkit-manifest.json';

const FORMAT = 'convkit-shards/1';
const SHARD_NAME = /^images-\d{6,}\.safetensors$/;

export interface Manifest {
  /** Of all images: [N, C, H, W]. */
  readonly shape: Shape;
  /** Files with a tensor 'images' each, in their order. */
  readonly shards: readonly { readonly file: string; readonly rows: number }[];
}

export function shardName(number: number): string {
  return `images-${String(number).padStart(6, '0')}.safetensors`;
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const text = `${JSON.stringify({ format: FORMAT, ...manifest })}\n`;
  await createFile(join(folder, MANIFEST), Buffer.from(text));
}

/** The manifest of a folder; undefined where it has none, and is therefore not ours. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST);
  if (!(await factsOf(path))?.isFile()) return undefined;
  const file = await openRegular(path, 'r');
  try {
    const value = JSON.parse(await file.readFile('utf8')) as Manifest & { format?: string };
    const known = value.format === FORMAT && Array.isArray(value.shards);
    // A name that leads out of the folder, or to a file of another kind, was written by somebody else.
    return known && value.shards.every(({ file: name }) => SHARD_NAME.test(name)) ? value : undefined;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** What a folder has beside shards and a manifest. */
export async function foreignNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name !== MANIFEST && !SHARD_NAME.test(name));
}

/**
 * Removes the shards and the manifest of a folder, that last: as long as anything of ours is there, it says so.
 *
 * @param ours Which shards
 * @throws UsageError where something else has a shard's name
 */
export async function removeShards(folder: string, ours: (name: string) => boolean = () => true): Promise<void> {
  const names = (await readdir(folder)).filter((name) => SHARD_NAME.test(name) && ours(name));
  for (const name of names) await removeFile(join(folder, name));
  await removeFile(join(folder, MANIFEST));
}

/** Removes a file of ours, where it is there. @throws UsageError where something else has its name */
export async function removeFile(path: string): Promise<void> {
  const facts = await factsOf(path);
  if (facts === undefined) return;
  if (!facts.isFile()) throw notOurs(path, facts);
  await rm(path);
}

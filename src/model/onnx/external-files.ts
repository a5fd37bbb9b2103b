import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep, win32 } from 'node:path';
import { ModelError } from '../../errors.js';
import { readWholeFile } from '../../file-bytes.js';
import type { AttributeMessage } from './attribute.js';
import type { ExternalFiles } from './external-data.js';
import type { ModelMessage } from './model-message.js';
import { quote } from './parts.js';
import type { TensorMessage } from './tensor-message.js';

/** Reads the files that a model at `path` keeps values in, each once. They must lie in the model's folder or below. */
export async function readExternalFiles(model: ModelMessage, path: string, source: string): Promise<ExternalFiles> {
  const locations = new Set(externalTensors(model).map(({ externalData }) => externalData.get('location') ?? ''));
  // A tensor without a location is refused, by its name, when its values are asked for.
  locations.delete('');
  if (locations.size === 0) return () => new Uint8Array();
  const folders = await foldersOf(path, source);
  const files = new Map<string, Uint8Array>();
  for (const location of locations) files.set(location, await readBeside(folders, location, source));
  return (location) => files.get(location) ?? new Uint8Array();
}

function externalTensors({ graph }: ModelMessage): TensorMessage[] {
  const attributes: AttributeMessage[] = graph.nodes.flatMap((node) => [...node.attributes.values()]);
  const tensors = [...graph.initializers.values(), ...attributes.flatMap(({ tensor }) => tensor ?? [])];
  return tensors.filter(({ external }) => external);
}

interface Folders {
  /** Where locations start. */
  readonly base: string;
  /**
   * Where what they lead to may lie. A store of downloads may keep all content in one folder, and give it names by
   * symlinks in another: then the values lie beside what the model's own link leads to.
   */
  readonly allowed: readonly string[];
}

async function foldersOf(path: string, source: string): Promise<Folders> {
  try {
    const base = await realpath(dirname(path));
    return { base, allowed: [base, dirname(await realpath(path))] };
  } catch (cause) {
    throw new ModelError(`${source}: is gone: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function readBeside({ base, allowed }: Folders, location: string, source: string): Promise<Uint8Array> {
  const refuse = (why: string, options?: ErrorOptions) =>
    new ModelError(`${source}: the file ${quote(location)} with values of the model ${why}`, options);
  if (leavesFolder(location)) throw refuse("must have a path below the model's folder");
  let bytes: Uint8Array;
  try {
    const target = await realpath(join(base, location));
    if (!allowed.some((folder) => isBelow(target, folder))) throw refuse("lies outside of the model's folder");
    bytes = await readWholeFile(target);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw refuse(`cannot be read: ${messageOf(cause)}`, { cause });
  }
  return bytes;
}

/** Judged by Windows's rules too, so that a model is as good or bad on every machine. */
function leavesFolder(location: string): boolean {
  if (isAbsolute(location) || win32.isAbsolute(location) || /^[a-z]:|\0/i.test(location)) return true;
  return location.split(/[/\\]/).includes('..');
}

function isBelow(target: string, folder: string): boolean {
  return target.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

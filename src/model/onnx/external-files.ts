import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep, win32 } from 'node:path';
import { ModelError } from '../../errors.js';
import { readWholeFile } from '../../file-bytes.js';
import { messageOf } from '../../thrown.js';
import type { AttributeMessage } from './attribute.js';
import type { ExternalFiles } from './external-data.js';
import type { ModelMessage } from './model-message.js';
import { quote } from './parts.js';
import type { TensorMessage } from './tensor-message.js';

/** Reads the files that a model at `path` keeps values in, each once. They must lie in the model's folder or below. */
export async function readExternalFiles(model: ModelMessage, path: string, source: string): Promise<ExternalFiles> {
  const files = new Map<string, Uint8Array>();
  const locations = externalLocations(model);
  if (locations.size > 0) {
    const folders = await foldersOf(path, source);
    // By where they really lie: a file has endless names, and shall not be in memory as often.
    const contents = new Map<string, Uint8Array>();
    for (const location of locations) files.set(location, await readBeside(folders, location, contents, source));
  }
  return (location) => {
    const bytes = files.get(location);
    if (bytes === undefined) throw new Error('it was not read with the model');
    return bytes;
  };
}

/** A tensor without a location is refused, by its name, when its values are asked for. */
function externalLocations(model: ModelMessage): Set<string> {
  const locations = new Set<string>();
  for (const { externalData } of externalTensors(model)) locations.add(externalData.get('location') ?? '');
  locations.delete('');
  return locations;
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

async function readBeside(
  { base, allowed }: Folders,
  location: string,
  contents: Map<string, Uint8Array>,
  source: string,
): Promise<Uint8Array> {
  const refuse = (why: string, options?: ErrorOptions) =>
    new ModelError(`${source}: the file ${quote(location)} with values of the model ${why}`, options);
  if (leavesFolder(location)) throw refuse("must have a path below the model's folder");
  try {
    const target = await realpath(join(base, location));
    if (!allowed.some((folder) => isBelow(target, folder))) throw refuse("lies outside of the model's folder");
    const bytes = contents.get(target) ?? (await readWholeFile(target));
    contents.set(target, bytes);
    return bytes;
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw refuse(`cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Judged by Windows's rules too, so that a model is as good or bad on every machine. */
function leavesFolder(location: string): boolean {
  if (isAbsolute(location) || win32.isAbsolute(location) || /^[a-z]:|\0/i.test(location)) return true;
  return location.split(/[/\\]/).includes('..');
}

function isBelow(target: string, folder: string): boolean {
  return target.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

import { ModelError } from '../../errors.js';

/** Names come from the file: a message shows the start of a long one, and no control characters. */
export function quote(name: string): string {
  const start = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return `'${JSON.stringify(start).slice(1, -1).replaceAll('\\"', '"')}'`;
}

/**
 * Puts the name of a part of the file before whatever `read` finds wrong in it. `part` is asked only then, when the part
 * may have been read far enough to know what it is called.
 */
export function inPart<T>(part: () => string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(`${part()}: ${error.message}`, error.cause === undefined ? undefined : { cause: error.cause });
  }
}

/** How a part is called that may have no name: `initializer 'conv1.weight'`, or by its place `initializer 3`. */
export function partName(kind: string, name: string, index: number): string {
  return name === '' ? `${kind} ${index}` : `${kind} ${quote(name)}`;
}

/** Many times what real models have. */
const MAX_PARTS = 2 ** 20;

/**
 * Counts nodes, attributes, constants and values. An object in memory takes many times the few bytes that it takes in
 * the file, so a limit on them is what keeps a hostile file of some megabytes from filling the memory.
 */
export class PartCounter {
  #count = 0;

  add(parts = 1): void {
    this.#count += parts;
    if (this.#count > MAX_PARTS) {
      throw new ModelError(`the graph has more than ${MAX_PARTS} nodes, attributes and values`);
    }
  }
}

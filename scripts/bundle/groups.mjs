/**
 * Which modules share a file, so that a program opens few: what every program needs, what only `convkit` does, and what only
 * `convkit/image` does. What the commands have to themselves, rolldown cuts as it likes.
 */
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const MAIN = `${dist}index.js`;
const IMAGE = `${dist}image/index.js`;

/** Modules that are loaded with one of them, itself left out. */
const reached = new Map();

function reachedFrom(entry, context) {
  const known = reached.get(entry);
  if (known !== undefined) return known;
  const found = new Set();
  const visit = (id) => {
    for (const next of context.getModuleInfo(id)?.importedIds ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(entry);
  reached.set(entry, found);
  return found;
}

/** For rolldown's `codeSplitting`. */
export const groups = [
  {
    debugName: 'by entry point',
    name(id, context) {
      if (id === MAIN || id === IMAGE) return null;
      const main = reachedFrom(MAIN, context).has(id);
      const image = reachedFrom(IMAGE, context).has(id);
      if (main) return image ? 'core' : 'main';
      return image ? 'pixels' : null;
    },
  },
];

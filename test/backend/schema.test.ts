import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ADDON_FUNCTIONS, ENUMERATIONS, schemaHash, schemaHeader } from '../../src/backend/schema.js';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const kinds = read('native/program/kinds.h');

/** The words of a C++ enumeration, as TypeScript writes them. */
function wordsOf(enumeration: string): string[] {
  const body = new RegExp(`enum class ${enumeration} : \\w+ \\{([^}]*)\\}`).exec(kinds)?.[1];
  if (body === undefined) throw new Error(`kinds.h has no ${enumeration}`);
  const words = body.split(',').map((word) => word.trim().replace(/^k(.)/, (_, first: string) => first.toLowerCase()));
  expect(words.pop()).toBe('count');
  return words;
}

it("the addon's hash is that of the steps: `npm run schema` writes it", () => {
  expect(schemaHash()).toMatch(/^[0-9a-f]{16}$/);
  expect(read('native/program/schema_hash.h')).toBe(schemaHeader());
});

it.each(Object.keys(ENUMERATIONS))('%s has the same words in both languages', (name) => {
  expect(wordsOf(name)).toEqual(ENUMERATIONS[name]);
});

it('no enumeration of the native core is left out', () => {
  const names = [...kinds.matchAll(/enum class (\w+)/g)].map((match) => match[1]);
  expect(names.sort()).toEqual(Object.keys(ENUMERATIONS).sort());
});

it('the functions are those that the addon adds to its exports', () => {
  const added = [...read('native/binding/addon.cc').matchAll(/add<\w+>\(exports, "(\w+)"\)/g)].map((match) => match[1]);
  expect(added.sort()).toEqual([...ADDON_FUNCTIONS].sort());
});

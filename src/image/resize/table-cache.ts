import { keepsMemory } from '../../kept-memory.js';
import { Lru } from '../../lru.js';
import type { AxisTable } from './axis-table.js';

/** Larger tables are of images that take far longer than their table. */
const LARGEST = 2 ** 18;

/** Those of some dozens of sizes, so that a million images of one size compute theirs once. */
const tables = new Lru<string, AxisTable>(64);

keepsMemory(() => {
  let bytes = 0;
  for (const { bounds, weights } of tables.values()) bytes += bounds.byteLength + weights.byteLength;
  tables.clear();
  return bytes;
});

/** The table that `key` names, made at its first use. */
export function cachedTable(key: string, make: () => AxisTable): AxisTable {
  const known = tables.get(key);
  if (known !== undefined) return known;
  const table = make();
  if (table.weights.length + table.bounds.length <= LARGEST) tables.set(key, table);
  return table;
}

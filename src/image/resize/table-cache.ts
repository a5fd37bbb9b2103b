import { keepsMemory } from '../../kept-memory.js';
import type { AxisTable } from './axis-table.js';

/** Tables that stay: those of some dozens of sizes, so that a million images of one size compute theirs once. */
const CAPACITY = 64;

/** Larger tables are of images that take far longer than their table. */
const LARGEST = 2 ** 18;

/** A Map iterates in the order of insertion, so the first key is the one unused for longest. */
const tables = new Map<string, AxisTable>();

keepsMemory(() => {
  let bytes = 0;
  for (const { bounds, weights } of tables.values()) bytes += bounds.byteLength + weights.byteLength;
  tables.clear();
  return bytes;
});

/** The table that `key` names, made at its first use. */
export function cachedTable(key: string, make: () => AxisTable): AxisTable {
  const table = tables.get(key) ?? make();
  if (table.weights.length + table.bounds.length > LARGEST) return table;
  tables.delete(key);
  tables.set(key, table);
  if (tables.size > CAPACITY) tables.delete(tables.keys().next().value as string);
  return table;
}

import { Lru } from '../../lru.js';
import type { AxisTable } from './axis-table.js';

/** Those of some dozens of sizes, so that a million images of one size compute theirs once. */
const tables = new Lru<string, AxisTable>(64);

/** The table that `key` names, made at its first use. */
export function cachedTable(key: string, make: () => AxisTable): AxisTable {
  return tables.getOrMake(key, make);
}

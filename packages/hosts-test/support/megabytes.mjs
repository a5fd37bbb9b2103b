import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Of all files in a folder, by their lengths; 2^20 bytes each. */
export function megabytesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 2 ** 20;
}

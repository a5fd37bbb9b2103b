import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** SHA-256 of the package's code beside the addon, in hexadecimal digits; undefined where it was not put together. */
export function buildHash(folder = new URL('../../dist/bundle/', import.meta.url)): string | undefined {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
    const hash = createHash('sha256');
    for (const name of names.map((one) => one.replaceAll('\\', '/')).sort()) {
      hash
        .update(`${name}\0`)
        .update(readFileSync(new URL(name, folder)))
        .update('\0');
    }
    return names.length === 0 ? undefined : hash.digest('hex');
  } catch {
    return undefined;
  }
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sizeAndTime } from '../jobs/job-facts.js';

/** An entry of external_data as protobuf writes it: field 1 with 8 bytes, the key, and field 2, the name. */
const LOCATION = Buffer.from('\x0a\x08location\x12', 'latin1');

/** What decides a network's results: the bytes of its file, and size and time of those beside it that have its weights. */
export async function modelFacts(path: string): Promise<string> {
  const bytes = await readFile(path);
  const hash = createHash('sha256').update(bytes);
  const locations = [...new Set(locationsIn(bytes))].sort();
  for (const location of locations) hash.update(`\0${location} ${sizeAndTime(join(dirname(path), location))}`);
  return hash.digest('hex');
}

function* locationsIn(bytes: Buffer): Generator<string> {
  for (let at = bytes.indexOf(LOCATION); at >= 0; at = bytes.indexOf(LOCATION, at + 1)) {
    const start = at + LOCATION.length;
    const low = bytes[start] ?? 0;
    // A length of one byte, or of two.
    const [length, first] = low < 128 ? [low, start + 1] : [(low & 127) + 128 * (bytes[start + 1] ?? 0), start + 2];
    yield bytes.toString('utf8', first, first + length);
  }
}

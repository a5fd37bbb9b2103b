import { stat } from 'node:fs/promises';
import { ImageError } from '../../errors.js';
import { kindOf } from './regular.js';

/**
 * Refuses what would be read without an end, or never: pipes, sockets, devices.
 *
 * @throws ImageError where it is no file
 */
export async function requireFile(path: string): Promise<void> {
  const facts = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new ImageError(`${path}: ${cause.message}`, { cause });
  });
  if (!facts.isFile()) throw new ImageError(`${path}: it is ${kindOf(facts)}, not a file`);
}

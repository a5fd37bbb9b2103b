/**
 * What can be known of a shared library without loading it, in one form for all systems. A reader for each file format
 * fills it in, the rules in problems.mjs go by it.
 *
 * @typedef {{ name: string, version?: string, library?: string, isWeak?: boolean }} Import a symbol that it takes of
 *   others; `version` as in GLIBC_2.28, `library` where the file says of which
 *
 * @typedef {object} Binary
 * @property {'elf' | 'pe' | 'macho'} format
 * @property {string} cpu as process.arch says it, or the format's own word
 * @property {number} bytes
 * @property {readonly string[]} libraries that it makes the loader load
 * @property {readonly Import[]} imports
 * @property {readonly string[]} exports
 * @property {boolean} isStripped
 * @property {import('./elf.mjs').ElfDetails} [elf]
 * @property {import('./macho.mjs').MachoDetails} [macho]
 * @property {import('./pe.mjs').PeDetails} [pe]
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { readElf } from './elf.mjs';
import { readMacho } from './macho.mjs';
import { readPe } from './pe.mjs';

/** @returns {Binary} @throws Error where no reader knows the format. */
export function readBinary(file) {
  const magic = firstBytes(file);
  if (magic.toString('latin1') === '\x7fELF') return readElf(file);
  if (magic.toString('latin1', 0, 2) === 'MZ') return readPe(file);
  if (magic.toString('hex') === 'cffaedfe') return readMacho(file);
  throw new Error(`${file} is of a format that nothing here reads: it begins with ${magic.toString('hex')}.`);
}

function firstBytes(file) {
  const bytes = Buffer.alloc(4);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, bytes, 0, bytes.length, 0);
  closeSync(descriptor);
  return bytes;
}

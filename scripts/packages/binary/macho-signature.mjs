/**
 * The signature inside an Apple file, which the linker makes without anyone's name: a hash for each page of the file. A
 * page that does not match, as where a tool changed the file later, ends the process that loads it.
 */
import { createHash } from 'node:crypto';

const SIGNATURE = 0xfade0cc0;
const DIRECTORY = 0xfade0c02;
const HASHES = new Map([
  [1, { name: 'sha1', bytes: 20 }],
  [2, { name: 'sha256', bytes: 32 }],
]);

/**
 * @param {Buffer} file
 * @param {{ start: number, size: number } | undefined} block where the signature is
 * @returns {'none' | 'sound' | 'broken'}
 */
export function signatureState(file, block) {
  if (block === undefined) return 'none';
  const signature = file.subarray(block.start, block.start + block.size);
  if (signature.length < block.size || signature.readUInt32BE(0) !== SIGNATURE) return 'broken';
  const directories = partsOf(signature).filter((part) => part.readUInt32BE(0) === DIRECTORY);
  const isSound = directories.length > 0 && directories.every((one) => fits(one, file.subarray(0, block.start)));
  return isSound ? 'sound' : 'broken';
}

/** Behind the head stand, for each part, its kind and where it is. */
function partsOf(signature) {
  return Array.from({ length: signature.readUInt32BE(8) }, (_, i) => {
    const start = signature.readUInt32BE(16 + 8 * i);
    return signature.subarray(start, start + signature.readUInt32BE(start + 4));
  });
}

/** Whether all that stands before the signature is what was signed. */
function fits(directory, content) {
  const [first, , , count, length] = [16, 20, 24, 28, 32].map((at) => directory.readUInt32BE(at));
  const hash = HASHES.get(directory[37]);
  const page = 2 ** directory[39];
  if (hash === undefined || length !== content.length || count !== Math.ceil(length / page)) return false;
  return Array.from({ length: count }, (_, i) => {
    const found = createHash(hash.name)
      .update(content.subarray(page * i, page * (i + 1)))
      .digest();
    const start = first + hash.bytes * i;
    return found.equals(directory.subarray(start, start + hash.bytes));
  }).every(Boolean);
}

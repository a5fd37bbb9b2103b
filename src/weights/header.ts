import { ModelError } from '../errors.js';
import { looksLike } from '../file-kind.js';
import { MAX_ELEMENTS } from '../shape.js';
import { FLOAT_TYPES, OTHER_TYPE_BYTES } from './dtypes.js';

/** Where one tensor lies: bytes `begin` to `end`, counted from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Bytes before the header: its length as a little-endian unsigned 64-bit integer. */
export const PREFIX_BYTES = 8;

/** The limit of the format's reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * The header's length, from the first 8 bytes of a file of `fileBytes` bytes.
 *
 * @throws ModelError where the header would not fit into the file
 */
export function readHeaderLength(prefix: Uint8Array, fileBytes: number, source: string): number {
  if (prefix.length < PREFIX_BYTES) {
    throw new ModelError(
      `${source}: not a safetensors file: ${fileBytes} bytes are too few for one${looksLike(prefix)}`,
    );
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(MAX_HEADER_BYTES, fileBytes - PREFIX_BYTES))) {
    throw new ModelError(
      `${source}: not a safetensors file: a header of ${length} bytes does not fit into a file of ${fileBytes} bytes ` +
        `(and may have ${MAX_HEADER_BYTES} at most)${looksLike(prefix)}`,
    );
  }
  return Number(length);
}

/**
 * Reads the JSON header and checks every entry against the `dataBytes` bytes that follow it: known type, shape and
 * offsets that agree, all data covered exactly once.
 *
 * @throws ModelError on the first thing that is wrong
 * @see https://huggingface.co/docs/safetensors "Format"
 */
export function parseHeader(header: Uint8Array, dataBytes: number, source: string): TensorEntry[] {
  const parsed = parseObject(header, source);
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(parsed)) {
    if (name !== '__metadata__') entries.push(checkEntry(name, value, dataBytes, source));
  }
  checkCoverage(entries, dataBytes, source);
  return entries;
}

function parseObject(header: Uint8Array, source: string): object {
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new ModelError(`${source}: not a safetensors file: the header is not JSON in UTF-8`, { cause });
  }
  if (!isObject(parsed)) throw new ModelError(`${source}: the safetensors header must be a JSON object`);
  const twice = findDuplicateKey(text);
  if (twice !== undefined) {
    throw new ModelError(`${source}: the safetensors header has the name ${JSON.stringify(twice)} twice`);
  }
  return parsed;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON.parse silently keeps the last of two equal keys. `text` is valid JSON, so its tokens are easy to tell apart. */
function findDuplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  let lastString = '""';
  const tokens = /["{}:]/g;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    if (token[0] === '{') open.push(new Set());
    else if (token[0] === '}') open.pop();
    else if (token[0] === '"') {
      tokens.lastIndex = endOfString(text, token.index);
      lastString = text.slice(token.index, tokens.lastIndex);
    } else {
      const key: string = JSON.parse(lastString);
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

/** The place after the closing quote. One expression for a whole string would take a stack as deep as it has escapes. */
function endOfString(text: string, start: number): number {
  const stops = /["\\]/g;
  stops.lastIndex = start + 1;
  for (let stop = stops.exec(text); stop !== null; stop = stops.exec(text)) {
    if (stop[0] === '"') return stops.lastIndex;
    stops.lastIndex++; // what the backslash escapes
  }
  return text.length;
}

function checkEntry(name: string, value: unknown, dataBytes: number, source: string): TensorEntry {
  const where = `${source}: tensor ${JSON.stringify(name)}`;
  if (!isObject(value)) throw new ModelError(`${where} must be described by a JSON object`);
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== 'string') throw new ModelError(`${where} has no dtype`);
  if (!isSizes(shape)) throw new ModelError(`${where}: shape must be a list of sizes, got ${JSON.stringify(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw new ModelError(`${where}: data_offsets must be two byte positions, got ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets;
  if (begin > end || end > dataBytes) {
    throw new ModelError(
      `${where}: data_offsets [${begin}, ${end}] do not lie in the file's ${dataBytes} bytes of data`,
    );
  }
  const bytes = FLOAT_TYPES.get(dtype)?.bytes ?? OTHER_TYPE_BYTES.get(dtype);
  if (bytes === undefined) throw new ModelError(`${where} has the unknown dtype ${JSON.stringify(dtype)}`);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size * bytes !== end - begin) {
    throw new ModelError(
      `${where}: ${dtype} of shape [${shape.join(', ')}] needs ${size * bytes} bytes, but data_offsets give ${end - begin}`,
    );
  }
  if (size > MAX_ELEMENTS) {
    throw new ModelError(`${where} has ${size} elements, but a tensor is limited to ${MAX_ELEMENTS}`);
  }
  return { name, dtype, shape, begin, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** Overlaps would let a small file claim much memory, and holes could hide anything: the format forbids both. */
function checkCoverage(entries: readonly TensorEntry[], dataBytes: number, source: string): void {
  let covered = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const what = begin < covered ? 'overlaps the tensor before it' : 'leaves a hole after the tensor before it';
      throw new ModelError(`${source}: tensor ${JSON.stringify(name)} at byte ${begin} of the data ${what}`);
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new ModelError(
      `${source}: tensors cover ${covered} bytes of data, but the file has ${dataBytes}: is it cut off?`,
    );
  }
}

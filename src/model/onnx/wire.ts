import { PbfReader } from 'pbf';
import { ModelError } from '../../errors.js';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const WIRE_TYPES = new Map([
  [VARINT, 'a varint'],
  [FIXED64, '8 bytes'],
  [BYTES, 'bytes with a length'],
  [FIXED32, '4 bytes'],
]);

/** What a repeated number is on the wire. */
export type NumberKind = 'int' | 'uint' | 'float' | 'double';

const WIRE_TYPE_OF = { int: VARINT, uint: VARINT, float: FIXED32, double: FIXED64 } as const;

/** Whole numbers that a double may stand for without being its neighbour. */
const EXACT = 2 ** 53;
const SATURATED = 2 ** 63;

/** A 64-bit integer as a double; those that would not be exact are sentinels, and stay the largest there are. */
export function saturate(value: number): number {
  if (value > EXACT) return SATURATED;
  return value < -EXACT ? -SATURATED : value;
}

/** BOM included, since a name is what its bytes say. */
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LENIENT_UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The fields of one protobuf message, one after the other. pbf reads the wire format but trusts what it reads; here
 * every read is held to the message's own bytes and to the wire type that the field should have.
 *
 * @see https://protobuf.dev/programming-guides/encoding
 */
export class Fields {
  readonly #bytes: Uint8Array;
  readonly #pbf: PbfReader;
  #field = 0;
  /** Where the current field's value begins, to tell whether anybody has read it. */
  #valueAt = -1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#pbf = new PbfReader(bytes);
  }

  /** Number of the next field, or 0 after the last. A value that nobody read is skipped. */
  next(): number {
    if (this.#pbf.pos === this.#valueAt) this.#skip();
    if (this.#pbf.pos === this.#bytes.length) return 0;
    const tag = this.#varint(false);
    // The low 29 bits above the wire type; a longer tag would be taken for another field.
    this.#field = tag < 2 ** 32 ? tag >>> 3 : 0;
    if (this.#field === 0) throw new ModelError('a field has no valid number');
    this.#pbf.type = tag & 7;
    if (!WIRE_TYPES.has(this.#pbf.type)) {
      throw new ModelError(`field ${this.#field} has the wire type ${this.#pbf.type}, which does not exist`);
    }
    this.#valueAt = this.#pbf.pos;
    return this.#field;
  }

  /** A signed 64-bit integer, saturated. */
  int(): number {
    this.#expect(VARINT);
    return saturate(this.#varint(true));
  }

  float(): number {
    this.#expect(FIXED32);
    this.#need(4);
    return this.#pbf.readFloat();
  }

  /** A view, no copy: a message, or what the file calls bytes. */
  bytes(): Uint8Array {
    this.#expect(BYTES);
    return this.#chunk();
  }

  /** A name, which must be UTF-8: with replacement characters two names could become one. */
  text(): string {
    const bytes = this.bytes();
    try {
      return STRICT_UTF8.decode(bytes);
    } catch {
      throw new ModelError(`the text of field ${this.#field} is not UTF-8`);
    }
  }

  /** Text that the file calls bytes. */
  lenientText(): string {
    return LENIENT_UTF8.decode(this.bytes());
  }

  /** How many numbers the current field holds. The numbers are left to `numbers` or to be skipped. */
  count(kind: NumberKind): number {
    if (this.#pbf.type !== BYTES) {
      this.#expect(WIRE_TYPE_OF[kind]);
      return 1;
    }
    const packed = this.#peekChunk();
    if (kind === 'int' || kind === 'uint') return this.#countVarints(packed);
    const size = kind === 'float' ? 4 : 8;
    if (packed.length % size !== 0) {
      throw new ModelError(`field ${this.#field} packs ${kind}s into ${packed.length} bytes, no multiple of ${size}`);
    }
    return packed.length / size;
  }

  /** The bytes of the current field where it packs its numbers; they are left to be skipped. */
  packed(): Uint8Array | undefined {
    return this.#pbf.type === BYTES ? this.#peekChunk() : undefined;
  }

  /** Passes on the current field's number, or numbers where they are packed. */
  numbers(kind: NumberKind, take: (value: number) => void): void {
    this.count(kind);
    const packed = this.#pbf.type === BYTES;
    const length = packed ? this.#varint(false) : 0;
    const end = this.#pbf.pos + length;
    if (!packed) take(this.#number(kind));
    else while (this.#pbf.pos < end) take(this.#number(kind));
  }

  #number(kind: NumberKind): number {
    if (kind === 'int' || kind === 'uint') return saturate(this.#varint(kind === 'int'));
    this.#need(kind === 'float' ? 4 : 8);
    return kind === 'float' ? this.#pbf.readFloat() : this.#pbf.readDouble();
  }

  /** pbf throws on a varint of more than 10 bytes, and takes one that the message cuts off for one. */
  #varint(signed: boolean): number {
    try {
      return this.#pbf.readVarint(signed);
    } catch {
      throw new ModelError(`a varint after field ${this.#field} is cut off or longer than 10 bytes`);
    }
  }

  /** Varints end with a byte below 128; packed ones must end where their chunk does. */
  #countVarints(packed: Uint8Array): number {
    let count = 0;
    for (let i = 0; i < packed.length; i++) if (packed[i] < 0x80) count++;
    if (packed.length > 0 && packed[packed.length - 1] >= 0x80) {
      throw new ModelError(`field ${this.#field} cuts off the last of its packed varints`);
    }
    return count;
  }

  #peekChunk(): Uint8Array {
    const start = this.#pbf.pos;
    const chunk = this.#chunk();
    this.#pbf.pos = start;
    return chunk;
  }

  #chunk(): Uint8Array {
    const length = this.#varint(false);
    this.#need(length);
    const start = this.#pbf.pos;
    this.#pbf.pos += length;
    return this.#bytes.subarray(start, this.#pbf.pos);
  }

  #skip(): void {
    const { type } = this.#pbf;
    if (type === BYTES) this.#chunk();
    else if (type === VARINT) this.#varint(false);
    else {
      this.#need(type === FIXED32 ? 4 : 8);
      this.#pbf.skip(type);
    }
  }

  #need(bytes: number): void {
    const left = this.#bytes.length - this.#pbf.pos;
    if (bytes > left) {
      throw new ModelError(`field ${this.#field} needs ${bytes} bytes, but there are ${left}: is the file cut off?`);
    }
  }

  #expect(wireType: number): void {
    if (this.#pbf.type === wireType) return;
    throw new ModelError(
      `field ${this.#field} should be ${WIRE_TYPES.get(wireType)}, but is ${WIRE_TYPES.get(this.#pbf.type)}`,
    );
  }
}

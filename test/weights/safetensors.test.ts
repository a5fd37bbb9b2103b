import { describe, expect, it } from 'vitest';
import { ArgumentError, ModelError } from '../../src/errors.js';
import { Tensor } from '../../src/tensor.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/weights/safetensors.js';

/** A file as anybody might write one: any header text, any data, any claim about the header's length. */
function fileOf(
  header: object | string | Uint8Array,
  data: Uint8Array = new Uint8Array(),
  claimed?: bigint,
): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const bytes = header instanceof Uint8Array ? header : new TextEncoder().encode(text);
  const file = new Uint8Array(8 + bytes.length + data.length);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(bytes.length), true);
  file.set(bytes, 8);
  file.set(data, 8 + bytes.length);
  return file;
}

function bytesOf(values: Float32Array | Float64Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer.slice(0));
}

function entry(dtype: string, shape: number[], begin: number, end: number): object {
  return { dtype, shape, data_offsets: [begin, end] };
}

function refusal(file: Uint8Array): string {
  try {
    decodeSafetensors(file, 'net.safetensors');
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return (error as ModelError).message;
  }
  throw new Error('the file was accepted');
}

describe('encoding', () => {
  const weights = new Map([
    ['0.weight', Tensor.from([1.5, -2, Number.NaN, Number.POSITIVE_INFINITY, 0, -0], [1, 2, 3])],
    ['empty', Tensor.zeros([0, 4])],
    ['__proto__', Tensor.from([7])],
    ['scale', Tensor.from(3)],
  ]);

  it('comes back bit for bit, whatever the names', () => {
    const back = decodeSafetensors(encodeSafetensors(weights));
    expect(Object.keys(back).sort()).toEqual([...weights.keys()].sort());
    for (const [name, { data, shape }] of weights) {
      const tensor = Object.getOwnPropertyDescriptor(back, name)?.value as Tensor;
      expect(tensor.shape).toEqual(shape);
      expect(bytesOf(tensor.data)).toEqual(bytesOf(data));
    }
  });

  it('is the format of the specification: little-endian length, JSON padded with spaces, data on an 8-byte boundary', () => {
    const file = encodeSafetensors(new Map([['a', Tensor.from([1, 2])]]));
    const headerBytes = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(headerBytes % 8).toBe(0);
    const header = new TextDecoder().decode(file.subarray(8, 8 + headerBytes));
    expect(header.trimEnd()).toBe('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}');
    expect(header).toMatch(/} *$/);
    expect(file.subarray(8 + headerBytes)).toEqual(Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64));
  });

  it('refuses the reserved name', () => {
    expect(() => encodeSafetensors(new Map([['__metadata__', Tensor.from([1])]]))).toThrow(ModelError);
  });
});

describe('decoding', () => {
  it('converts half, bfloat16 and double precision', () => {
    const half = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xfc00, 0x7e00, 0x8000, 0x3555);
    const brain = Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x4049);
    const double = Float64Array.of(0.1, 1e300, -2);
    const file = fileOf(
      {
        __metadata__: { format: 'pt' },
        h: entry('F16', [10], 0, 20),
        b: entry('BF16', [2, 2], 20, 28),
        d: entry('F64', [3], 28, 52),
      },
      Uint8Array.of(...bytesOf(half), ...bytesOf(brain), ...bytesOf(double)),
    );
    const { h, b, d } = decodeSafetensors(file);
    const third = 0x555 / 0x400;
    expect([...h.data]).toEqual([
      1,
      -2,
      65504,
      2 ** -24,
      2 ** -14,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      -0,
      third / 4,
    ]);
    expect(b.toNested()).toEqual([
      [1, -2],
      [Number.POSITIVE_INFINITY, 3.140625],
    ]);
    expect([...d.data]).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY, -2]);
  });

  it("leaves PyTorch's batch counters out and names all other integers", () => {
    const data = new Uint8Array(20);
    const counter = { 'bn.num_batches_tracked': entry('I64', [], 0, 8) };
    expect(decodeSafetensors(fileOf({ ...counter, w: entry('F32', [3], 8, 20) }, data))).toEqual({
      w: Tensor.zeros([3]),
    });
    const message = refusal(fileOf({ ...counter, a: entry('I32', [2], 8, 16), b: entry('U8', [4], 16, 20) }, data));
    expect(message).toContain('"a" (I32), "b" (U8)');
    expect(message).not.toContain('num_batches');
  });

  it('reads a file at an odd address', () => {
    const file = encodeSafetensors(new Map([['a', Tensor.from([1, 2, 3])]]));
    const shifted = new Uint8Array(file.length + 1).subarray(1);
    shifted.set(file);
    expect(decodeSafetensors(shifted).a.toNested()).toEqual([1, 2, 3]);
  });
});

describe('arguments of the wrong type', () => {
  it.each([undefined, null, 'weights', 1, 2n, {}, [1], new ArrayBuffer(8), new Float32Array(4), new Date()])(
    'are told as what they are: %s',
    (junk) => {
      expect(() => decodeSafetensors(junk as never)).toThrow(ArgumentError);
      expect(() => decodeSafetensors(junk as never)).toThrow(/^decodeSafetensors: file must be a Uint8Array, but got /);
      expect(() => encodeSafetensors(junk as never)).toThrow(ArgumentError);
      expect(() => encodeSafetensors(junk as never)).toThrow(/^encodeSafetensors: weights must be a Map .* but got /);
      const map = new Map([['w', junk]]);
      expect(() => encodeSafetensors(map as never)).toThrow(/^encodeSafetensors: 'w'.* but got /);
    },
  );
});

describe('hostile files', () => {
  const four = new Uint8Array(4);
  const cases: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(), /too few/],
    ['shorter than its prefix', new Uint8Array(7), /too few/],
    ['a header beyond the file', fileOf({}, four, 1000n), /header of 1000 bytes does not fit into a file of 14 bytes/],
    ['a header of 2^64 − 1 bytes', fileOf({}, four, 2n ** 64n - 1n), /header of 18446744073709551615 bytes/],
    ['no JSON', fileOf('{"a":'), /not JSON/],
    ['no UTF-8', fileOf(Uint8Array.of(0x22, 0xff, 0x22)), /not JSON in UTF-8/],
    ['a list', fileOf('[]'), /must be a JSON object/],
    ['a null', fileOf('null'), /must be a JSON object/],
    ['an entry that is a number', fileOf({ a: 1 }), /"a" must be described/],
    ['an entry that is null', fileOf({ a: null }), /"a" must be described/],
    ['no dtype', fileOf({ a: { shape: [1], data_offsets: [0, 4] } }, four), /"a" has no dtype/],
    ['an unknown dtype', fileOf({ a: entry('F99', [1], 0, 4) }, four), /unknown dtype "F99"/],
    ['a dtype from the prototype', fileOf({ a: entry('toString', [1], 0, 4) }, four), /unknown dtype/],
    ['no shape', fileOf({ a: { dtype: 'F32', data_offsets: [0, 4] } }, four), /shape must be a list of sizes/],
    ['a negative size', fileOf({ a: entry('F32', [-1], 0, 4) }, four), /shape must be a list of sizes/],
    ['a fractional size', fileOf({ a: entry('F32', [0.5, 2], 0, 4) }, four), /shape must be a list of sizes/],
    ['a size that is text', fileOf('{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}', four), /shape must be/],
    ['one offset', fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [4] } }, four), /two byte positions/],
    ['offsets backwards', fileOf({ a: entry('F32', [1], 4, 0) }, four), /do not lie in/],
    ['offsets beyond the data', fileOf({ a: entry('F32', [2], 0, 8) }, four), /do not lie in the file's 4 bytes/],
    ['a shape larger than its data', fileOf({ a: entry('F32', [2 ** 40], 0, 4) }, four), /needs 4398046511104 bytes/],
    ['sizes that overflow', fileOf({ a: entry('F32', [2 ** 52, 2 ** 52, 2 ** 52], 0, 4) }, four), /needs .* bytes/],
    ['the wrong dtype size', fileOf({ a: entry('F64', [1], 0, 4) }, four), /F64 of shape \[1\] needs 8 bytes/],
    ['an overlap', fileOf({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 0, 4) }, four), /"b" .* overlaps/],
    ['a hole', fileOf({ a: entry('F32', [1], 4, 8) }, new Uint8Array(8)), /leaves a hole/],
    ['data that nothing covers', fileOf({ a: entry('F32', [1], 0, 4) }, new Uint8Array(8)), /cover 4 bytes .* has 8/],
    [
      'a name twice',
      fileOf(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}',
        four,
      ),
      /has the name "a" twice/,
    ],
    [
      'a field twice',
      fileOf('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', four),
      /"dtype" twice/,
    ],
  ];

  it.each(cases)('%s', (_, file, message) => {
    expect(refusal(file)).toMatch(message);
    expect(refusal(file)).toContain('net.safetensors');
  });

  it('does not mistake text inside of strings for keys', () => {
    const header = {
      '{"a":1': entry('F32', [1], 0, 4),
      ':"a"': entry('F32', [0], 4, 4),
      '\\"': entry('F32', [0], 4, 4),
    };
    expect(Object.keys(decodeSafetensors(fileOf(header, four)))).toHaveLength(3);
  });

  it('survives every single-byte change and every cut of a good file', () => {
    const good = encodeSafetensors(
      new Map([
        ['a', Tensor.from([1, 2])],
        ['b', Tensor.from([3])],
      ]),
    );
    const attempt = (file: Uint8Array) => {
      try {
        decodeSafetensors(file);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
      }
    };
    for (let at = 0; at < good.length; at++) {
      attempt(good.subarray(0, at));
      for (const value of [0, 1, 0x22, 0x2c, 0x30, 0x5b, 0x7d, 0xff]) attempt(good.with(at, value));
    }
  });
});

import { describe, expect, it } from 'vitest';
import { type ModelSpec, type NodeSpec, type TensorSpec, tensorFields, writeOnnx } from '../../support/onnx-writer.js';
import {
  bytes,
  concat,
  type Field,
  float,
  integer,
  message,
  tag,
  text,
  varint,
} from '../../support/protobuf-writer.js';
import { CONV, refusal, withTensor } from './support.js';

type Case = readonly [string, ModelSpec | Uint8Array, RegExp];

function check([, given, expected]: Case): void {
  const message = refusal(given instanceof Uint8Array ? given : writeOnnx(given));
  expect(message).toMatch(expected);
  expect(message).toMatch(/^model\.onnx: /);
}

function table(name: string, cases: readonly Case[]): void {
  describe(name, () => {
    it.each(cases.map((row) => [row[0], row] as const))('%s', (_, row) => check(row));
  });
}

/** In one go: a concatenation of a million parts takes longer than the refusal. */
const repeated = (part: Uint8Array, times: number): Uint8Array =>
  Uint8Array.from(Buffer.alloc(part.length * times, part));
const graph = (...graphFields: Field[]): ModelSpec => ({ graphFields });
const node = (spec: Partial<NodeSpec>): ModelSpec => ({ nodes: [{ operator: 'Op', name: 'n', ...spec }] });
const tensor = (spec: Partial<TensorSpec>): ModelSpec => withTensor({ shape: [2], values: [1, 2], ...spec });
const attribute = (...fields: Field[]) => graph(message(1, [text(4, 'Op'), message(5, fields)]));
const input = (...type: Field[]) => graph(message(11, [text(1, 'x'), message(2, type)]));
const inputOfShape = (...dimension: Field[]) => input(message(1, [integer(1, 1), message(2, [message(1, dimension)])]));

table('a model is refused', [
  ['that is empty', new Uint8Array(), /has no graph: is it an ONNX model\?/],
  ['that is text', new TextEncoder().encode('<!doctype html>'), /wire type 4, which does not exist/],
  ['with two graphs', { modelFields: [message(7, [])] }, /has two graphs/],
  ['with functions', { modelFields: [message(25, [])] }, /defines functions/],
  ['with training information', { modelFields: [message(20, [])] }, /training information/],
  ['without operators', message(7, []), /imports no operators of the default domain/],
  ['of an old opset', { opset: 6 }, /version 6 of ONNX's operators, but 7 to 21/],
  ['of a new opset', { opset: 22 }, /version 22 .* 7 to 21/],
  ['of a negative opset', { opset: -1 }, /version -1/],
  ['that imports a domain twice', { opsets: { 'ai.onnx': 17 } }, /domain '' twice/],
  ['with sparse initializers', graph(message(15, [])), /sparse initializers/],
  [
    'with more nodes than memory is for',
    graph(repeated(message(1, [text(4, 'A')]), 2 ** 20 + 1)),
    /more than 1048576 nodes/,
  ],
]);

table('names and order are refused', [
  [
    'an initializer twice',
    graph(message(5, tensorFields('w', { shape: [0] })), message(5, tensorFields('w', { shape: [0] }))),
    /initializer 'w': is there twice/,
  ],
  ['an initializer without a name', graph(message(5, tensorFields('', { shape: [0] }))), /initializer 0: has no name/],
  ['an input twice', { inputs: [...CONV.inputs!, ...CONV.inputs!] }, /input 'x': is there twice/],
  ['an input without a name', { inputs: [{ name: '', shape: [] }] }, /input 0: has no name/],
  ['an output twice', { ...CONV, outputs: [...CONV.outputs!, ...CONV.outputs!] }, /output 'y': is there twice/],
  ['an output that nobody writes', { ...CONV, outputs: [{ name: 'z', shape: [] }] }, /output 'z': no node writes it/],
  ['a value that nobody writes', node({ inputs: ['z'] }), /node 0 \(Op 'n'\): reads 'z', which no node writes/],
  [
    'a value that is written too late',
    {
      nodes: [
        { operator: 'A', inputs: ['a'] },
        { operator: 'B', outputs: ['a'] },
      ],
    },
    /node 0 \(A\): reads 'a', which only node 1 \(B\) writes: nodes must stand in the order/,
  ],
  ['a node that reads itself', node({ inputs: ['a'], outputs: ['a'] }), /reads 'a', which only node 0/],
  [
    'a value written twice',
    {
      nodes: [
        { operator: 'A', outputs: ['a'] },
        { operator: 'B', outputs: ['a'] },
      ],
    },
    /node 1 \(B\): writes 'a', which there is already/,
  ],
  ['a value written twice by one node', node({ outputs: ['a', 'a'] }), /writes 'a', which there is already/],
  ['a node that writes an input', { ...CONV, nodes: [{ operator: 'A', outputs: ['x'] }] }, /writes 'x'/],
  ['a node that writes an initializer', { ...CONV, nodes: [{ operator: 'A', outputs: ['w'] }] }, /writes 'w'/],
  [
    'a name that is not UTF-8',
    graph(message(1, [bytes(3, Uint8Array.of(0xc3, 0x28)), text(4, 'Op')])),
    /node 0: the text of field 3 is not UTF-8/,
  ],
  ['a name with line breaks, on one line', node({ inputs: ['a\nb\u0000'] }), /reads 'a\\nb\\u0000', which/],
  ['a long name, in part', node({ inputs: ['a'.repeat(1000)] }), /reads 'a{80}…', which/],
]);

table('a node is refused', [
  ['without an operator', graph(message(1, [text(3, 'n')])), /node 0 \('n'\): has no operator/],
  [
    'with an attribute twice',
    graph(message(1, [text(4, 'Op'), ...[1, 2].map(() => message(5, [text(1, 'a'), integer(20, 2)]))])),
    /node 0 \(Op\): attribute 'a': is there twice/,
  ],
  ['with an attribute without a name', attribute(integer(20, 2)), /node 0 \(Op\): attribute 0: has no name/],
  ['with an attribute without a type', attribute(text(1, 'a'), integer(3, 1)), /attribute 'a': has no type/],
  [
    'with an attribute of an unknown type',
    attribute(text(1, 'a'), integer(20, 99)),
    /attribute 'a': has the unknown type 99/,
  ],
  [
    'with an attribute of two types',
    attribute(text(1, 'a'), integer(3, 1), float(2, 1), integer(20, 2)),
    /attribute 'a': has values of two types/,
  ],
  [
    'with an attribute of another type than its value',
    attribute(text(1, 'a'), float(2, 1), integer(20, 2)),
    /attribute 'a': is of type 2, .* but has its value in field 2/,
  ],
  [
    'with a tensor attribute that has none',
    attribute(text(1, 'a'), integer(20, 4)),
    /attribute 'a': should hold a tensor/,
  ],
  [
    'with a tensor attribute that has two',
    attribute(text(1, 'a'), message(5, []), message(5, []), integer(20, 4)),
    /attribute 'a': has two tensors/,
  ],
  [
    'with a tensor attribute that is broken',
    node({ attributes: { value: { tensor: { shape: [3], values: [1] } } } }),
    /node 0 \(Op 'n'\): attribute 'value': float32 of shape \[3\] needs 12 bytes, but there are 4/,
  ],
  [
    "with a function's attribute",
    attribute(text(1, 'a'), text(21, 'b'), integer(20, 2)),
    /attribute 'a': refers to an attribute of a function/,
  ],
]);

table('an input or output is refused', [
  ['without a type', graph(message(11, [text(1, 'x')])), /input 'x': has no type/],
  ['that is no tensor', input(message(4, [])), /input 'x': must be a dense tensor/],
  ['without an element type', input(message(1, [])), /input 'x': has no element type/],
  [
    'of an unknown element type',
    { inputs: [{ name: 'x', type: 'float8e4m3fn' }] },
    /input 'x': has the element type 17/,
  ],
  [
    'of complex numbers',
    { ...CONV, outputs: [{ name: 'y', type: 'complex64' }] },
    /output 'y': has the element type 14/,
  ],
  ['of a negative size', inputOfShape(integer(1, -2)), /input 'x': has the size -2/],
  [
    'of an absurd size',
    inputOfShape(integer(1, 2n ** 60n)),
    /input 'x': has the size 9223372036854776000 in its shape/,
  ],
  ['of an absurd rank', { inputs: [{ name: 'x', shape: new Array(65).fill(1) }] }, /input 'x': has more than 64 axes/],
]);

const huge = (2n ** 62n) as unknown as number;

table('an initializer is refused', [
  [
    'of fewer bytes than its shape',
    tensor({ shape: [3] }),
    /initializer 'w': float32 of shape \[3\] needs 12 bytes, but there are 8/,
  ],
  ['of more bytes than its shape', tensor({ shape: [] }), /needs 4 bytes, but there are 8/],
  [
    'of fewer values than its shape',
    tensor({ shape: [3], encoding: 'field' }),
    /shape \[3\] needs 3 values, but there are 2/,
  ],
  [
    'of more values than its shape',
    tensor({ shape: [1], encoding: 'packed' }),
    /shape \[1\] needs 1 values, but there are 2/,
  ],
  ['without values', withTensor({ shape: [2] }), /shape \[2\] needs 2 values, but there are 0/],
  ['of a negative size', tensor({ shape: [-1, -2] }), /shape \[-1, -2\] has a negative size/],
  ['of too many elements', tensor({ shape: [2 ** 31] }), /has 2147483648 elements, but at most 2147483647/],
  ['of sizes that overflow', tensor({ shape: [huge, huge, huge] }), /elements, but at most/],
  ['of sizes that are 0 modulo 2^64', tensor({ shape: [2 ** 32, 2 ** 32], values: [] }), /elements, but at most/],
  ['of an absurd rank', tensor({ shape: new Array(65).fill(1) }), /has 65 axes/],
  ['of text', tensor({ type: 'string', values: ['a', 'b'] }), /initializer 'w': holds text/],
  [
    'of 8-bit floats',
    tensor({ type: 'float8e4m3fn' }),
    /has the element type 17 of ONNX, which is not supported \(float32, uint8/,
  ],
  ['of 4-bit integers', tensor({ type: 'int4' }), /has the element type 22/],
  ['of no type', graph(message(5, [text(8, 'w')])), /has no element type/],
  ['in segments', graph(message(5, [text(8, 'w'), message(3, [])])), /initializer 'w': is a segment/],
  [
    'in two places',
    graph(message(5, [...tensorFields('w', { shape: [1], values: [1] }), float(4, 1)])),
    /has values in both float_data and raw_data/,
  ],
  [
    'in two typed fields',
    graph(message(5, [...tensorFields('w', { shape: [1] }), float(4, 1), integer(5, 1)])),
    /both float_data and int32_data/,
  ],
  [
    "in another type's field",
    graph(message(5, [...tensorFields('w', { shape: [1] }), integer(7, 1)])),
    /has its values in int64_data, but those of float32 belong in float_data/,
  ],
  [
    'with a value beyond its type',
    tensor({ type: 'uint8', values: [256, 1], encoding: 'field' }),
    /has the value 256, which is no uint8/,
  ],
  [
    'with a negative value of an unsigned type',
    tensor({ type: 'uint16', values: [1, -1], encoding: 'packed' }),
    /the value -1, which is no uint16/,
  ],
  [
    'with floats packed into odd bytes',
    graph(message(5, [text(8, 'w'), bytes(4, new Uint8Array(7))])),
    /field 4 packs floats into 7 bytes/,
  ],
  [
    'with a packed varint that is cut off',
    graph(message(5, [text(8, 'w'), bytes(7, Uint8Array.of(1, 128))])),
    /field 7 cuts off the last/,
  ],
  ['with a packed varint of 11 bytes', tensorOf(bytes(7, new Uint8Array(11).fill(128, 0, 10))), /longer than 10 bytes/],
  ['in an unknown place', graph(message(5, [text(8, 'w'), integer(14, 2)])), /unknown data location 2/],
]);

function tensorOf(data: Field): ModelSpec {
  return graph(message(5, [...tensorFields('w', { type: 'int64', shape: [1] }), data]));
}

table('the wire format is held to: refused is', [
  ['a wrong wire type', graph(integer(1, 5)), /field 1 should be bytes with a length, but is a varint/],
  [
    'a wrong wire type in a tensor',
    graph(message(5, [text(8, 'w'), float(2, 1)])),
    /initializer 'w': field 2 should be a varint, but is 4 bytes/,
  ],
  [
    'a wrong wire type of a lone value',
    graph(message(5, [text(8, 'w'), integer(4, 1)])),
    /initializer 'w': field 4 should be 4 bytes, but is a varint/,
  ],
  ['a group', concat([tag(7, 3)]), /field 7 has the wire type 3/],
  ['field 0 at the end', concat([writeOnnx(CONV), tag(0, 0)]), /a field has no valid number/],
  ['field 0 before more', concat([integer(0, 1), writeOnnx(CONV)]), /a field has no valid number/],
  ['a field number beyond 29 bits', concat([varint(2n ** 32n + 58n), new Uint8Array(9)]), /no valid number/],
  ['a length beyond its message', graph(concat([tag(1, 2), varint(1000)])), /field 1 needs 1000 bytes, but there are/],
  ['a length of 2^63', graph(concat([tag(1, 2), varint(2n ** 63n)])), /field 1 needs 9223372036854776000 bytes/],
  [
    'an unknown field beyond its message',
    concat([writeOnnx(CONV), tag(99, 2), varint(5)]),
    /field 99 needs 5 bytes, but there are 0: is the file cut off/,
  ],
  ['an unknown 8 bytes cut off', concat([writeOnnx(CONV), tag(99, 1), new Uint8Array(7)]), /field 99 needs 8 bytes/],
  [
    'an unknown varint cut off',
    concat([writeOnnx(CONV), tag(99, 0), Uint8Array.of(128, 128)]),
    /varint after field 99 is cut off/,
  ],
  [
    'a varint of 11 bytes',
    concat([tag(1, 0), new Uint8Array(10).fill(0xff), Uint8Array.of(1)]),
    /longer than 10 bytes/,
  ],
]);

describe('a small file that claims much', () => {
  it('takes no memory', () => {
    const claims: ModelSpec[] = [
      tensor({ shape: [2 ** 30] }),
      tensor({ shape: [2 ** 31 - 1], type: 'uint8', values: [1], encoding: 'packed' }),
      tensor({ shape: [2 ** 15, 2 ** 15], encoding: 'field' }),
      graph(message(5, concatHeader(2 ** 31 - 1))),
    ];
    for (const claim of claims) {
      const file = writeOnnx(claim);
      const before = process.memoryUsage().arrayBuffers;
      expect(refusal(file)).toMatch(/needs/);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
    }
  });
});

/** Raw data whose length is as large as its tensor's, and which is not there. */
function concatHeader(count: number): Field[] {
  return [...tensorFields('w', { shape: [count], type: 'uint8' }), concat([tag(9, 2), varint(count)])];
}

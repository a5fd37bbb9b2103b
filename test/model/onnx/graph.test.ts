import { describe, expect, it } from 'vitest';
import { readOnnx } from '../../../src/model/onnx/read.js';
import type { OnnxAttribute } from '../../../src/model/onnx/types.js';
import { type AttributeSpec, type ModelSpec, writeOnnx } from '../../support/onnx-writer.js';
import { bytes, float, floats, integer, integers, message, text } from '../../support/protobuf-writer.js';
import { CONV, unknownField } from './support.js';

function read(spec: ModelSpec) {
  return readOnnx(writeOnnx(spec));
}

function readAttribute(value: AttributeSpec): OnnxAttribute | undefined {
  const { nodes } = read({ nodes: [{ operator: 'Op', attributes: { a: value } }] });
  return nodes[0].attributes.get('a');
}

describe('a graph', () => {
  it('is what the file says', () => {
    const graph = read({ ...CONV, name: 'net', opset: 13, opsets: { 'com.example': 2 }, producer: 'exporter' });
    expect(graph).toMatchObject({ name: 'net', opset: 13, producer: 'exporter' });
    expect([...graph.opsets]).toEqual([
      ['', 13],
      ['com.example', 2],
    ]);
    expect(graph.inputs).toEqual([{ name: 'x', type: 'float32', shape: [-1, 1, 4, 4] }]);
    expect(graph.outputs).toEqual([{ name: 'y', type: 'float32', shape: [-1, 1, 4, 4] }]);
    expect([...graph.initializers.keys()]).toEqual(['w']);
    expect(graph.nodes).toEqual([
      {
        operator: 'Conv',
        domain: '',
        name: 'conv1',
        inputs: ['x', 'w'],
        outputs: ['y'],
        attributes: new Map<string, OnnxAttribute>([
          ['pads', { kind: 'ints', value: [1, 1, 1, 1] }],
          ['auto_pad', { kind: 'string', value: 'NOTSET' }],
        ]),
      },
    ]);
  });

  it('is frozen', () => {
    const { nodes, inputs, outputs, initializers, ...graph } = read(CONV);
    const [node, tensor] = [nodes[0], initializers.get('w')];
    const parts = [nodes, inputs, inputs[0], inputs[0].shape, outputs, node, node.inputs, node.outputs, tensor];
    for (const part of [...parts, tensor?.shape, node.attributes.get('pads'), node.attributes.get('pads')?.value]) {
      expect(part).toBeTypeOf('object');
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(graph).toBeDefined();
    expect(Object.isFrozen(read(CONV))).toBe(true);
  });

  it('leaves out of its inputs the initializers that old files list there', () => {
    const inputs = [...CONV.inputs!, { name: 'w', shape: [1, 1, 3, 3] }];
    expect(read({ ...CONV, inputs }).inputs.map(({ name }) => name)).toEqual(['x']);
  });

  it('has dimensions that are free, named or 0, and shapes that are unknown or scalar', () => {
    const shapes = [[-1, 'N', 0, 2 ** 40], [], undefined];
    const inputs = shapes.map((shape, i) => ({ name: `x${i}`, ...(shape === undefined ? {} : { shape }) }));
    expect(read({ inputs }).inputs.map(({ shape }) => shape)).toEqual([[-1, -1, 0, 2 ** 40], [], undefined]);
  });

  it('takes −1 that is written out for a free dimension', () => {
    const tensorType = [integer(1, 1), message(2, [message(1, [integer(1, -1)])])];
    const input = message(11, [text(1, 'x'), message(2, [message(1, tensorType)])]);
    expect(read({ graphFields: [input] }).inputs[0].shape).toEqual([-1]);
  });

  it('may read and write nothing where a name is empty', () => {
    const nodes = [{ operator: 'Op', inputs: ['x', '', 'x'], outputs: ['', 'y', ''] }];
    expect(read({ ...CONV, nodes }).nodes[0]).toMatchObject({ inputs: ['x', '', 'x'], outputs: ['', 'y', ''] });
  });

  it("knows the default domain by both of its names, and other domains' nodes", () => {
    const nodes = [
      { operator: 'Relu', domain: 'ai.onnx' },
      { operator: 'Gelu', domain: 'com.microsoft' },
    ];
    expect(read({ nodes }).nodes.map(({ domain }) => domain)).toEqual(['', 'com.microsoft']);
    const imports = readOnnx(Uint8Array.of(...message(7, []), ...message(8, [text(1, 'ai.onnx'), integer(2, 9)])));
    expect(imports.opset).toBe(9);
  });

  it.each([7, 21])('may be of opset %i', (opset) => {
    expect(read({ opset }).opset).toBe(opset);
  });

  it('survives names that an object would trip over', () => {
    const { nodes, initializers } = read({
      nodes: [
        { operator: 'Op', inputs: ['constructor'], outputs: ['toString'], attributes: { ['__proto__']: { int: 1 } } },
      ],
      initializers: { constructor: { shape: [], values: [1] }, ['__proto__']: { shape: [], values: [2] } },
    });
    expect([...initializers.keys()]).toEqual(['constructor', '__proto__']);
    expect(nodes[0].attributes.get('__proto__')).toEqual({ kind: 'int', value: 1 });
    expect(({} as Record<string, unknown>).kind).toBeUndefined();
  });

  it('keeps names in any script, and a byte order mark in one', () => {
    const names = ['größe', '畳み込み', '\ufeffx', '🙂'];
    expect(read({ inputs: names.map((name) => ({ name, shape: [1] })) }).inputs.map(({ name }) => name)).toEqual(names);
  });

  it('is the same with unknown fields of every wire type around it', () => {
    const fields = [
      integer(999, -1),
      float(999, 1),
      Uint8Array.of(...floats(999, [1, 2], true)[0]),
      Uint8Array.of(0xb9, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8),
      unknownField(3),
    ];
    expect(read({ ...CONV, modelFields: fields, graphFields: fields })).toEqual(read(CONV));
  });

  it('is read from a Buffer, a part of one, and shared memory', () => {
    const file = writeOnnx(CONV);
    const padded = new Uint8Array(file.length + 20).fill(0xff);
    padded.set(file, 7);
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    for (const given of [Buffer.from(file), padded.subarray(7, 7 + file.length), shared]) {
      expect(readOnnx(given)).toEqual(readOnnx(file));
    }
    const weights = readOnnx(shared).initializers.get('w');
    expect(weights?.data.buffer).not.toBe(shared.buffer);
  });
});

describe('an attribute', () => {
  const cases: [AttributeSpec, OnnxAttribute][] = [
    [{ float: 0.25 }, { kind: 'float', value: 0.25 }],
    [{ float: Number.NaN }, { kind: 'float', value: Number.NaN }],
    [{ int: -3 }, { kind: 'int', value: -3 }],
    [{ int: 2n ** 53n }, { kind: 'int', value: 2 ** 53 }],
    [{ int: 2n ** 63n - 1n }, { kind: 'int', value: 2 ** 63 }],
    [{ int: -(2n ** 63n) }, { kind: 'int', value: -(2 ** 63) }],
    [{ int: -(2n ** 60n) }, { kind: 'int', value: -(2 ** 63) }],
    [{ string: 'größe' }, { kind: 'string', value: 'größe' }],
    [{ floats: [1, -0.5] }, { kind: 'floats', value: [1, -0.5] }],
    [{ floats: [] }, { kind: 'floats', value: [] }],
    [{ ints: [1, -1, 2n ** 62n] }, { kind: 'ints', value: [1, -1, 2 ** 63] }],
    [{ strings: ['a', '', 'b'] }, { kind: 'strings', value: ['a', '', 'b'] }],
    [{ graph: { nodes: [{ operator: 'Op', inputs: ['outer'] }] } }, { kind: 'graph', value: undefined }],
    [{ tensor: { type: 'string', shape: [1], values: ['a'] } }, { kind: 'other', value: undefined }],
    [
      { tensor: { type: 'int64', shape: [2], values: [5, -1n] } },
      { kind: 'tensor', value: { type: 'int64', shape: [2], data: Float64Array.of(5, -1) } },
    ],
  ];
  it.each(cases)('of %o', (given, expected) => {
    expect(readAttribute(given)).toEqual(expected);
  });

  it('may pack its numbers, and leave out a zero', () => {
    const attributes = [
      [text(1, 'ints'), ...integers(8, [1, -1, 300], true), integer(20, 7)],
      [text(1, 'floats'), ...floats(7, [1, 2], true), integer(20, 6)],
      [text(1, 'zero'), integer(20, 2)],
      [text(1, 'sparse'), bytes(22, new Uint8Array()), integer(20, 11)],
    ];
    const node = message(1, [text(4, 'Op'), ...attributes.map((attribute) => message(5, attribute))]);
    expect([...read({ graphFields: [node] }).nodes[0].attributes]).toEqual([
      ['ints', { kind: 'ints', value: [1, -1, 300] }],
      ['floats', { kind: 'floats', value: [1, 2] }],
      ['zero', { kind: 'int', value: 0 }],
      ['sparse', { kind: 'other', value: undefined }],
    ]);
  });
});

import { expect } from 'vitest';
import { ModelError } from '../../../src/errors.js';
import { readOnnx } from '../../../src/model/onnx/read.js';
import type { OnnxTensor } from '../../../src/model/onnx/types.js';
import { type ModelSpec, type TensorSpec, writeOnnx } from '../../support/onnx-writer.js';
import { bytes, type Field } from '../../support/protobuf-writer.js';

/** A model of one convolution, to be changed in the one thing that a test is about. */
export const CONV: ModelSpec = {
  nodes: [
    {
      operator: 'Conv',
      name: 'conv1',
      inputs: ['x', 'w'],
      outputs: ['y'],
      attributes: { pads: { ints: [1, 1, 1, 1] }, auto_pad: { string: 'NOTSET' } },
    },
  ],
  inputs: [{ name: 'x', shape: ['N', 1, 4, 4] }],
  outputs: [{ name: 'y', shape: ['N', 1, 4, 4] }],
  initializers: { w: { shape: [1, 1, 3, 3], values: [1, 2, 3, 4, 5, 6, 7, 8, 9] } },
};

/** A model that holds one tensor; nothing but the graph's order needs it to have nodes. */
export function withTensor(tensor: TensorSpec, more: ModelSpec = {}): ModelSpec {
  return { initializers: { w: tensor }, ...more };
}

export function readTensor(tensor: TensorSpec, more: ModelSpec = {}): OnnxTensor {
  const { initializers } = readOnnx(writeOnnx(withTensor(tensor, more)));
  return initializers.get('w') as OnnxTensor;
}

/** The message with which a file is refused. */
export function refusal(file: Uint8Array, read: (file: Uint8Array) => unknown = inModel): string {
  try {
    read(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return (error as ModelError).message;
  }
  throw new Error('the file was accepted');
}

function inModel(file: Uint8Array): unknown {
  return readOnnx(file, { source: 'model.onnx' });
}

/** A field that ONNX does not have, `length` bytes long: moves what follows. */
export function unknownField(length: number): Field {
  return bytes(1000, new Uint8Array(length));
}

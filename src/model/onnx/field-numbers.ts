/**
 * Field numbers of the messages that are read, by ONNX's names in camelCase. All others are skipped.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

export const MODEL = {
  producerName: 2,
  producerVersion: 3,
  graph: 7,
  opsetImport: 8,
  trainingInfo: 20,
  functions: 25,
} as const;

export const OPERATOR_SET_ID = { domain: 1, version: 2 } as const;

export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, sparseInitializer: 15 } as const;

export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;

export const ATTRIBUTE = {
  name: 1,
  f: 2,
  i: 3,
  s: 4,
  t: 5,
  g: 6,
  floats: 7,
  ints: 8,
  strings: 9,
  tensors: 10,
  graphs: 11,
  tp: 14,
  typeProtos: 15,
  type: 20,
  refAttrName: 21,
  sparseTensor: 22,
  sparseTensors: 23,
} as const;

export const TENSOR = {
  dims: 1,
  dataType: 2,
  segment: 3,
  floatData: 4,
  int32Data: 5,
  stringData: 6,
  int64Data: 7,
  name: 8,
  rawData: 9,
  doubleData: 10,
  uint64Data: 11,
  externalData: 13,
  dataLocation: 14,
} as const;

export const STRING_STRING_ENTRY = { key: 1, value: 2 } as const;

export const VALUE_INFO = { name: 1, type: 2 } as const;

export const TYPE = { tensorType: 1 } as const;

export const TENSOR_TYPE = { elemType: 1, shape: 2 } as const;

export const TENSOR_SHAPE = { dim: 1 } as const;

export const DIMENSION = { dimValue: 1 } as const;

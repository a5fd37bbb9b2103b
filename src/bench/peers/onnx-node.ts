import type { LayerWork } from '../run/subject.js';
import type { BenchShape, ConvShape, PoolShape } from '../shapes/shape.js';
import { type Attributes, onnxModel } from './onnx-model.js';

/** The model of one node that does the work, with the weights in it. */
export function onnxModelOf({ shape, x, parameters }: LayerWork): Uint8Array {
  const { batch, inChannels, output } = shape;
  const channels = shape.kind === 'conv' ? shape.outChannels : inChannels;
  return onnxModel({
    ...(shape.kind === 'conv' ? convNode(shape) : poolNode(shape)),
    initializers: Object.fromEntries(parameters),
    inputShape: x.shape,
    outputShape: [batch, channels, ...output],
  });
}

interface Node {
  readonly opType: string;
  readonly attributes: Attributes;
}

function convNode(shape: ConvShape): Node {
  return { opType: 'Conv', attributes: { ...windowOf(shape), dilations: shape.dilation, group: shape.groups } };
}

/** AveragePool has no dilations before opset 19, and an average that is dilated is no shape. */
function poolNode(shape: PoolShape): Node {
  if (shape.algorithm === 'max')
    return { opType: 'MaxPool', attributes: { ...windowOf(shape), dilations: shape.dilation } };
  const countsPadding = shape.algorithm === 'avg_p' ? 1 : 0;
  return { opType: 'AveragePool', attributes: { ...windowOf(shape), count_include_pad: countsPadding } };
}

function windowOf({ kernelSize, stride, padding: [rows, columns] }: BenchShape): Attributes {
  return { kernel_shape: kernelSize, strides: stride, pads: [rows[0], columns[0], rows[1], columns[1]] };
}

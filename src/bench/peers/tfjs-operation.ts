import type { Tensor } from '../../tensor.js';
import type { LayerWork } from '../run/subject.js';
import type { ConvShape, PoolShape } from '../shapes/shape.js';
import type { Disposable, Padding, Tf, TfTensor } from './tfjs-core.js';

/** NCHW to NHWC. */
const CHANNELS_LAST = [0, 2, 3, 1];
/** [out, in, height, width] to [height, width, in, out]; for depthwise ones out is in × multiplier. */
const FILTER = [2, 3, 1, 0];
const DEPTHWISE_FILTER = [2, 3, 0, 1];

type Operation = () => TfTensor;

/** A function that runs the work once, NHWC in and out; what it needs again is added to `kept`. */
export function tfjsOperation(tf: Tf, work: LayerWork, kept: Disposable[]): Operation {
  const { shape, x, parameters } = work;
  const keep = ({ data, shape }: Pick<Tensor, 'data' | 'shape'>, axes: readonly number[]) => {
    const tensor = tf.tidy(() => tf.transpose(tf.tensor(data, shape), axes));
    kept.push(tensor);
    return tensor;
  };
  const input = keep(x, CHANNELS_LAST);
  if (shape.kind === 'pool') return pooling(tf, shape, input);
  const bias = parameters.get('bias');
  return convolution(tf, shape, {
    x: input,
    filter: keep(filterOf(shape, parameters), shape.groups === 1 ? FILTER : DEPTHWISE_FILTER),
    ...(bias === undefined ? {} : { bias: keep(bias, [0]) }),
  });
}

function filterOf({ groups, inChannels, outChannels, kernelSize }: ConvShape, parameters: LayerWork['parameters']) {
  const data = parameters.get('weight')?.data ?? new Float32Array(0);
  const channels = groups === 1 ? [outChannels, inChannels] : [inChannels, outChannels / inChannels];
  return { data, shape: [...channels, ...kernelSize] };
}

type Operands = { readonly x: TfTensor; readonly filter: TfTensor; readonly bias?: TfTensor };

function convolution({ fused }: Tf, shape: ConvShape, operands: Operands): Operation {
  const convolve = shape.groups === 1 ? fused.conv2d : fused.depthwiseConv2d;
  const options = { strides: shape.stride, pad: paddingOf(shape), dilations: shape.dilation } as const;
  return () => convolve({ ...operands, ...options, dataFormat: 'NHWC', dimRoundingMode: 'floor' });
}

function pooling(tf: Tf, shape: PoolShape, x: TfTensor): Operation {
  const pool = shape.algorithm === 'max' ? tf.maxPool : tf.avgPool;
  return () => pool(x, shape.kernelSize, shape.stride, paddingOf(shape), 'floor');
}

function paddingOf({ padding: [rows, columns] }: ConvShape | PoolShape): Padding {
  return [[0, 0], rows, columns, [0, 0]];
}

import { avgPool2d, maxPool2d } from '../../ops/index.js';
import { Tensor } from '../../tensor.js';
import type { PoolShape } from '../shapes/shape.js';
import { bytesOf, type ComparableSubject, type LayerWork, uniform } from './subject.js';

/** A call of `maxPool2d` or `avgPool2d`, NCHW in and out. An operation is a value that enters a window. */
export function poolSubject(shape: PoolShape): ComparableSubject<LayerWork> {
  const { batch, inChannels, input, output, kernelSize, stride, padding, dilation, algorithm } = shape;
  const values = batch * inChannels * input[0] * input[1];
  const results = batch * inChannels * output[0] * output[1];
  const x = new Tensor(uniform(values, 2), [batch, inChannels, ...input]);
  const run =
    algorithm === 'max'
      ? () => maxPool2d(x, kernelSize, { stride, padding, dilation })
      : () => avgPool2d(x, kernelSize, { stride, padding, countIncludePad: algorithm === 'avg_p' });
  return {
    work: { shape, x, parameters: new Map() },
    operations: results * kernelSize[0] * kernelSize[1],
    bytes: bytesOf(values, results),
    run,
    dispose: () => {},
  };
}

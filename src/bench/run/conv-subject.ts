import { Conv2d } from '../../layers/index.js';
import type { Algorithm } from '../../program/step.js';
import { Tensor } from '../../tensor.js';
import type { ConvShape } from '../shapes/shape.js';
import { bytesOf, type ComparableSubject, type LayerWork, uniform } from './subject.js';

/**
 * A prepared `Conv2d` with weights that are packed before the clock runs, NCHW in and out.
 *
 * @throws UnsupportedError where `algorithm` cannot do the shape
 */
export function convSubject(shape: ConvShape, algorithm: Algorithm = 'auto'): ComparableSubject<LayerWork> {
  const { batch, inChannels, outChannels, groups, input, output, kernelSize, stride, padding, dilation } = shape;
  const inputShape = [batch, inChannels, ...input];
  const layer = new Conv2d(inChannels, outChannels, kernelSize, {
    stride,
    padding,
    dilation,
    groups,
    algorithm,
    seed: 1,
  });
  const [values, results] = [batch * inChannels * area(input), batch * outChannels * area(output)];
  const weights = (outChannels * inChannels * area(kernelSize)) / groups;
  const x = new Tensor(uniform(values, 2), inputShape);
  layer.prepare(inputShape);
  const [row] = layer.summary(inputShape).rows;
  return {
    work: { shape, x, parameters: layer.parameters() },
    ...(row === undefined ? {} : { algorithm: row.algorithm }),
    operations: (2 * results * inChannels * area(kernelSize)) / groups,
    bytes: bytesOf(values, weights, outChannels, results),
    run: () => layer.forward(x),
    dispose: () => layer.dispose(),
  };
}

const area = ([height, width]: readonly [number, number]) => height * width;

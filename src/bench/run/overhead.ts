import { Conv2d, ReLU } from '../../layers/index.js';
import { conv2d, conv2dAsync } from '../../ops/index.js';
import { Tensor } from '../../tensor.js';
import { bytesOf, type Subject } from './subject.js';

/** One value through operators that have next to nothing to compute: what is left is the price of a call. */
export function overheadSubjects(): ReadonlyMap<string, () => Subject> {
  const x = new Tensor(Float32Array.of(1), [1, 1, 1, 1]);
  const weight = new Tensor(Float32Array.of(2), [1, 1, 1, 1]);
  const subject = (run: () => unknown, dispose: () => void = () => {}): Subject => ({
    operations: 2,
    bytes: bytesOf(3),
    run,
    dispose,
  });
  return new Map([
    ['conv2d', () => subject(() => conv2d(x, weight))],
    ['conv2dAsync', () => subject(() => conv2dAsync(x, weight))],
    ['Conv2d.forward', () => layerSubject((layer) => layer.forward(x))],
    ['Conv2d.forwardAsync', () => layerSubject((layer) => layer.forwardAsync(x))],
    [
      'ReLU.forward',
      () => {
        const layer = new ReLU();
        return subject(() => layer.forward(x));
      },
    ],
  ]);

  function layerSubject(call: (layer: Conv2d) => unknown): Subject {
    const layer = new Conv2d(1, 1, 1, { seed: 1 });
    layer.prepare(x.shape);
    return subject(
      () => call(layer),
      () => layer.dispose(),
    );
  }
}

import { Tensor } from 'convkit';
import type { ModelSpec } from '../support/onnx-writer.js';

/** Scores and boxes to the boxes that are left, of any number. */
export const SELECTION: ModelSpec = {
  nodes: [
    { operator: 'NonMaxSuppression', inputs: ['boxes', 'scores', 'most', 'iou'], outputs: ['selected'] },
    { operator: 'Gather', inputs: ['selected', 'two'], outputs: ['places'], attributes: { axis: { int: 1 } } },
    { operator: 'Squeeze', inputs: ['boxes', 'zero'], outputs: ['list'] },
    { operator: 'Gather', inputs: ['list', 'places'], outputs: ['kept'], attributes: { axis: { int: 0 } } },
  ],
  initializers: {
    most: { type: 'int64', shape: [1], values: [10] },
    iou: { shape: [1], values: [0.5] },
    two: { type: 'int64', shape: [], values: [2] },
    zero: { type: 'int64', shape: [1], values: [0] },
  },
  inputs: [
    { name: 'boxes', shape: [1, 3, 4] },
    { name: 'scores', shape: [1, 1, 3] },
  ],
  outputs: [{ name: 'kept', shape: ['k', 4] }],
};
/** Of these boxes the first two overlap. */
export const APART = Tensor.from([0, 0, 1, 1, 0, 0, 1, 0.9, 5, 5, 6, 6], [1, 3, 4]);

/** y = relu(x), for x of any size. */
export const RELU: ModelSpec = {
  nodes: [{ operator: 'Relu', inputs: ['x'], outputs: ['y'] }],
  inputs: [{ name: 'x', shape: ['n', 2] }],
  outputs: [{ name: 'y', shape: ['n', 2] }],
};

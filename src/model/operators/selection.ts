import { elementCount } from '../../shape.js';
import { sliced } from '../specialise/general.js';
import type { Lowering } from '../specialise/node-context.js';
import { emptyValue, sizeOf } from '../specialise/value.js';

/** @see https://onnx.ai/onnx/operators/onnx__Gather.html */
export const gather: Lowering = (node) => {
  const [x, indices] = [node.input(0), node.input(1)];
  const axis = node.axis(node.int('axis', 0), x.shape.length);
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return node.step({
    kind: 'gather',
    geometry: {
      outer: elementCount(x.shape.slice(0, axis), node.label),
      length: x.shape[axis],
      inner: elementCount(x.shape.slice(axis + 1), node.label),
      count: sizeOf(indices),
    },
    operands: [x, indices],
    shape,
    type: x.type,
  });
};

/** @see https://onnx.ai/onnx/operators/onnx__TopK.html */
export const topK: Lowering = (node) => {
  const x = node.input(0);
  const axis = node.axis(node.int('axis', -1), x.shape.length);
  const k = node.opset >= 10 ? (node.scalar(1) ?? node.fail('input 1 is missing')) : node.int('k', 0);
  if (k < 0 || k > x.shape[axis]) node.fail(`k = ${k} is out of range for axis ${axis} of ${node.describe(x)}`);
  const shape = x.shape.with(axis, k);
  if (shape.includes(0)) return [emptyValue(shape, x.type), emptyValue(shape, 'int64')];
  return node.emitter.steps({
    kind: 'topK',
    geometry: {
      outer: elementCount(x.shape.slice(0, axis), node.label),
      length: x.shape[axis],
      inner: elementCount(x.shape.slice(axis + 1), node.label),
      k,
      largest: node.int('largest', 1),
    },
    operands: [x],
    results: [
      { shape, type: x.type },
      { shape, type: 'int64' },
    ],
  });
};

/**
 * How many boxes are selected only a run tells, so that what follows is specialised to their number.
 *
 * @see https://onnx.ai/onnx/operators/onnx__NonMaxSuppression.html
 */
export const nonMaxSuppression: Lowering = (node) => {
  const [boxes, scores] = [node.input(0), node.input(1)];
  const [batches, classes, count] = scores.shape;
  if (boxes.shape.length !== 3 || scores.shape.length !== 3 || boxes.shape[1] !== count || boxes.shape[0] !== batches) {
    node.fail(`boxes ${node.describe(boxes)} and scores ${node.describe(scores)} do not fit`);
  }
  const mostPerClass = Math.min(node.scalar(2) ?? 0, count);
  if (mostPerClass <= 0 || scores.shape.includes(0)) return emptyValue([0, 3], 'int64');
  const rows = batches * classes * mostPerClass;
  const [selected, found] = node.settled('selection', () => {
    const values = node.emitter.steps({
      kind: 'nonMaxSuppression',
      geometry: { batches, classes, boxes: count, mostPerClass, centerPoint: node.int('center_point_box', 0) },
      operands: [boxes, scores],
      results: [
        { shape: [rows, 3], type: 'int64' },
        { shape: [1], type: 'int64' },
      ],
      extras: { scalars: [node.scalar(3) ?? 0, node.scalar(4) ?? Number.NEGATIVE_INFINITY] },
    });
    return { values, needed: [values[1]] };
  });
  return sliced(node, selected, 0, 0, node.numbers(found)[0]);
};

/** @see https://onnx.ai/onnx/operators/onnx__GridSample.html */
export const gridSample: Lowering = (node) => {
  const [x, grid] = [node.input(0), node.input(1)];
  if (x.shape.length !== 4 || grid.shape.length !== 4 || grid.shape[3] !== 2 || grid.shape[0] !== x.shape[0]) {
    node.fail(`samples [N, C, H, W] at [N, H, W, 2], but got ${node.describe(x)} and ${node.describe(grid)}`);
  }
  const [batch, channels, inputHeight, inputWidth] = x.shape;
  const [, outputHeight, outputWidth] = grid.shape;
  const mode = node.word('mode', ['bilinear', 'linear', 'nearest', 'bicubic', 'cubic'], 'bilinear');
  const padding = node.word('padding_mode', ['zeros', 'border', 'reflection'], 'zeros');
  return node.step({
    kind: 'gridSample',
    geometry: {
      batch,
      channels,
      inputHeight,
      inputWidth,
      outputHeight,
      outputWidth,
      mode: { bilinear: 0, linear: 0, nearest: 1, bicubic: 2, cubic: 2 }[mode],
      paddingMode: ['zeros', 'border', 'reflection'].indexOf(padding),
      alignCorners: node.int('align_corners', 0) === 0 ? 0 : 1,
    },
    operands: [x, grid],
    shape: [batch, channels, outputHeight, outputWidth],
    type: x.type,
  });
};

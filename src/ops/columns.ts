import type { PerAxis } from '../geometry/axes.js';
import {
  COLUMNS_KEYS,
  type ColumnsGeometryOptions,
  type FoldSizes,
  planCol2im,
  planIm2col,
} from '../geometry/columns.js';
import { readOptions } from '../geometry/options.js';
import { coerceTensor, type Tensor, type TensorLike } from '../tensor.js';
import { type AsyncOptions, type OperatorCall, type OutOption, run, runAsync } from './call.js';

/** Options of im2col and col2im. */
export interface ColumnsOptions extends ColumnsGeometryOptions, OutOption {}

/**
 * Every window of an image as a column: [N, C, H, W] → [N, C·kh·kw, L], L windows in row-major order.
 *
 * The weight as a matrix [O, C·kh·kw] times the columns is the convolution.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.unfold
 */
export function im2col(x: TensorLike, kernelSize: PerAxis<2>, options?: ColumnsOptions): Tensor {
  return run(prepareIm2col(x, kernelSize, options)).output;
}

/** `im2col` off the event loop; errors reject the promise. */
export async function im2colAsync(
  x: TensorLike,
  kernelSize: PerAxis<2>,
  options?: ColumnsOptions & AsyncOptions,
): Promise<Tensor> {
  return (await runAsync('im2col', options, (given) => prepareIm2col(x, kernelSize, given))).output;
}

/**
 * The adjoint of im2col: columns [N, C·kh·kw, L] summed into an image [N, C, H, W] of the given size.
 *
 * @throws ShapeError, ArgumentError
 * @see torch.nn.functional.fold
 * @example
 * col2im(im2col(x, 2, { stride: 2 }), [28, 28], 2, { stride: 2 }); // x again: these windows do not overlap
 */
export function col2im(
  x: TensorLike,
  outputSize: PerAxis<2>,
  kernelSize: PerAxis<2>,
  options?: ColumnsOptions,
): Tensor {
  return run(prepareCol2im(x, { outputSize, kernelSize }, options)).output;
}

/** `col2im` off the event loop; errors reject the promise. */
export async function col2imAsync(
  x: TensorLike,
  outputSize: PerAxis<2>,
  kernelSize: PerAxis<2>,
  options?: ColumnsOptions & AsyncOptions,
): Promise<Tensor> {
  const sizes = { outputSize, kernelSize };
  return (await runAsync('col2im', options, (given) => prepareCol2im(x, sizes, given))).output;
}

function prepareIm2col(value: unknown, kernelSize: unknown, options: unknown): OperatorCall {
  const operator = 'im2col';
  const given = readOptions(operator, options, COLUMNS_KEYS);
  const x = coerceTensor(value, `${operator}: x`);
  return { operator, plan: planIm2col(operator, x.shape, kernelSize, given), operands: { x }, out: given.out };
}

function prepareCol2im(value: unknown, sizes: FoldSizes, options: unknown): OperatorCall {
  const operator = 'col2im';
  const given = readOptions(operator, options, COLUMNS_KEYS);
  const x = coerceTensor(value, `${operator}: x`);
  return { operator, plan: planCol2im(operator, x.shape, sizes, given), operands: { x }, out: given.out };
}

import { ShapeError } from '../errors.js';
import { elementCount, formatShape, type Shape, sameShape } from '../shape.js';

/** Throws ShapeError with the sentence that `check` gives for the first value that does not do. */
export function requireEach(
  operator: string,
  name: string,
  values: readonly number[],
  check: (value: number) => true | string,
): void {
  for (const value of values) {
    const verdict = check(value);
    if (verdict !== true) throw new ShapeError(`${operator}: ${verdict}, but got ${name} ${formatShape(values)}`);
  }
}

/** Shapes of the operands of a convolution or a linear layer. */
export interface FusedShapes {
  readonly x: Shape;
  readonly weight: Shape;
  readonly bias?: Shape | undefined;
  readonly residual?: Shape | undefined;
  /** Of the prelu that is fused, if there is one. */
  readonly slope?: Shape | undefined;
}

/** What the operands beside x and the weight have to match. */
export interface FusedTarget {
  readonly outChannels: number;
  readonly outputShape: Shape;
  readonly transposed?: boolean;
}

/** @throws ShapeError where the bias, the residual or the slope does not fit the output. */
export function checkFusedOperands(
  operator: string,
  { weight, bias, residual, slope }: Omit<FusedShapes, 'x'>,
  { outChannels, outputShape, transposed = false }: FusedTarget,
): void {
  if (bias !== undefined && !sameShape(bias, [outChannels])) {
    throw new ShapeError(
      `${operator}: Given ${transposed ? 'transposed=1, ' : ''}weight of size ${formatShape(weight)}, expected bias ` +
        `to be 1-dimensional with ${outChannels} elements, but got bias of size ${formatShape(bias)} instead`,
    );
  }
  if (residual !== undefined && !sameShape(residual, outputShape)) {
    throw new ShapeError(
      `${operator}: residual must have the output's shape ${formatShape(outputShape)}, but got ${formatShape(residual)}`,
    );
  }
  if (slope !== undefined) checkSlope(operator, slope, outChannels);
}

/**
 * A prelu's slope is one value, or one a channel.
 *
 * @throws ShapeError
 * @see torch.nn.functional.prelu
 */
export function checkSlope(operator: string, slope: Shape, channels: number): void {
  const count = elementCount(slope, operator);
  if (slope.length <= 1 && (count === 1 || count === channels)) return;
  throw new ShapeError(
    `${operator}: Mismatch of parameter numbers and input channel size. The prelu slope must be 1-dimensional ` +
      `with 1 or ${channels} elements, but got size ${formatShape(slope)}`,
  );
}

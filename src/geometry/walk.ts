import { UnsupportedError } from '../errors.js';
import { formatShape, type Shape } from '../shape.js';
import { MOST_AXES } from './records.js';

/** Axes as the general steps walk them, and a stride for each operand along each of them. */
export interface Walk {
  readonly sizes: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** Strides of a dense tensor. */
export function denseStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** Strides with which a dense tensor of `shape` fills `target`: 0 along axes that it repeats over. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const dense = denseStrides(shape);
  const missing = target.length - shape.length;
  return target.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : dense[axis - missing]));
}

/** The shape that several broadcast to, as NumPy does it; undefined where they do not fit. */
export function broadcastShape(shapes: readonly Shape[]): Shape | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((candidate) => candidate !== 1) ?? 1;
    if (sizes.some((other) => other !== 1 && other !== size)) return undefined;
    result.push(size);
  }
  return result;
}

/**
 * Leaves out axes of size 1 and merges neighbours that every operand walks as one, then fills up to MOST_AXES in front.
 *
 * @throws UnsupportedError where more axes remain.
 */
export function walkOf(operator: string, { sizes, strides }: Walk): Walk {
  const merged: { size: number; strides: number[] }[] = [];
  sizes.forEach((size, axis) => {
    if (size === 1) return;
    const here = strides.map((operand) => operand[axis]);
    const outer = merged.at(-1);
    if (outer?.strides.every((stride, operand) => stride === here[operand] * size)) {
      outer.size *= size;
      outer.strides = here;
    } else {
      merged.push({ size, strides: here });
    }
  });
  if (merged.length > MOST_AXES) {
    throw new UnsupportedError(
      `${operator}: a tensor of axes ${formatShape(sizes)} is walked along ${merged.length} axes, but at most ${MOST_AXES} work`,
    );
  }
  const unused = MOST_AXES - merged.length;
  return {
    sizes: [...new Array<number>(unused).fill(1), ...merged.map(({ size }) => size)],
    strides: strides.map((_, operand) => [
      ...new Array<number>(unused).fill(0),
      ...merged.map((axis) => axis.strides[operand]),
    ]),
  };
}

/** One field an axis: size0 … size5 and the like. */
export function axisFields<Prefix extends string>(prefix: Prefix, values: readonly number[]) {
  return Object.fromEntries(values.map((value, axis) => [`${prefix}${axis}`, value])) as Record<
    `${Prefix}${0 | 1 | 2 | 3 | 4 | 5}`,
    number
  >;
}

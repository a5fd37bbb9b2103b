import type { Sides } from '../../geometry/axes.js';
import { PAD_MODES, type PadMode } from '../../geometry/records.js';
import { elementCount } from '../../shape.js';
import { sliced } from '../specialise/general.js';
import type { Lowering, NodeContext } from '../specialise/node-context.js';
import type { Value } from '../specialise/value.js';

const MODES = { constant: 'zeros', reflect: 'reflect', edge: 'replicate', wrap: 'circular' } as const;

/** Extends, or where negative cuts, each axis of x; `filler` is what mode 'zeros' puts there. */
export function padded(
  node: NodeContext,
  x: Value,
  sides: readonly Sides[],
  filler: number,
  mode: PadMode = 'zeros',
): Value {
  let y = cut(node, x, sides);
  const wide = sides.map(([before, after]): Sides => [Math.max(0, before), Math.max(0, after)]);
  for (let last = wide.length - 1; last >= 0; last--) {
    if (Math.max(...wide[last]) === 0) continue;
    // A step pads up to three axes that follow one another; what lies within the last of them counts as one more.
    const inner = elementCount(y.shape.slice(last + 1), node.label);
    const first = Math.max(0, last - (inner > 1 ? 1 : 2));
    y = padAxes(node, y, { first, last, inner }, wide, { filler, mode });
    last = first;
  }
  return y;
}

function cut(node: NodeContext, x: Value, sides: readonly Sides[]): Value {
  return sides.reduce((y, [before, after], axis) => {
    if (before >= 0 && after >= 0) return y;
    const start = Math.max(0, -before);
    const length = y.shape[axis] - start - Math.max(0, -after);
    if (length < 0) node.fail(`pads cut more than there is of axis ${axis} of ${node.describe(x)}`);
    return sliced(node, y, axis, start, length);
  }, x);
}

function padAxes(
  node: NodeContext,
  x: Value,
  { first, last, inner }: { readonly first: number; readonly last: number; readonly inner: number },
  sides: readonly Sides[],
  { filler, mode }: { readonly filler: number; readonly mode: PadMode },
): Value {
  const isPadded = (axis: number) => axis >= first && axis <= last;
  const rows = x.shape.slice(first, last + 1);
  const pads = sides.slice(first, last + 1);
  checkExtents(node, rows, pads, mode);
  const sizes = inner > 1 ? [...rows, inner] : rows;
  const widths: Sides[] = inner > 1 ? [...pads, [0, 0]] : [...pads];
  while (sizes.length < 3) {
    sizes.unshift(1);
    widths.unshift([0, 0]);
  }
  const shape = x.shape.map((size, axis) => (isPadded(axis) ? size + sides[axis][0] + sides[axis][1] : size));
  return node.step({
    kind: 'pad',
    geometry: {
      outer: elementCount(x.shape.slice(0, first), node.label),
      inputDepth: sizes[0],
      inputHeight: sizes[1],
      inputWidth: sizes[2],
      padFront: widths[0][0],
      padBack: widths[0][1],
      padTop: widths[1][0],
      padBottom: widths[1][1],
      padLeft: widths[2][0],
      padRight: widths[2][1],
      mode: PAD_MODES.indexOf(mode),
    },
    operands: [x],
    shape,
    type: x.type,
    extras: { scalars: [filler] },
  });
}

function checkExtents(node: NodeContext, sizes: readonly number[], pads: readonly Sides[], mode: PadMode): void {
  sizes.forEach((size, axis) => {
    const width = Math.max(...pads[axis]);
    const most = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : Number.POSITIVE_INFINITY;
    if (width > most) node.fail(`mode ${mode} cannot pad an axis of ${size} by ${width}`);
  });
}

/** @see https://onnx.ai/onnx/operators/onnx__Pad.html */
export const pad: Lowering = (node) => {
  const x = node.input(0);
  const rank = x.shape.length;
  const pads = node.listOf('pads', 1, 11) ?? node.ints('paddings') ?? node.fail('pads are missing');
  const given = node.opset >= 18 ? node.list(3) : undefined;
  const axes = given?.map((axis) => node.axis(axis, rank)) ?? x.shape.map((_, axis) => axis);
  if (pads.length !== 2 * axes.length) node.fail(`pads must have ${2 * axes.length} values, but has ${pads.length}`);
  const sides = x.shape.map((): Sides => [0, 0]);
  axes.forEach((axis, i) => {
    sides[axis] = [pads[i], pads[i + axes.length]];
  });
  const filler = (node.opset >= 11 ? node.scalar(2) : node.float('value', 0)) ?? 0;
  const mode = node.word('mode', ['constant', 'reflect', 'edge', 'wrap'], 'constant');
  return padded(node, x, sides, filler, MODES[mode]);
};

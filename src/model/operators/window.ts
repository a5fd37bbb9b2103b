import type { Rank, Sides } from '../../geometry/axes.js';
import { windowExtent } from '../../geometry/window.js';
import type { NodeContext } from '../specialise/node-context.js';
import type { Value } from '../specialise/value.js';

const AUTO_PADS = ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'] as const;

/** A sliding window as the attributes of Conv and the poolings give it. */
export interface NodeWindow {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly Sides[];
}

/** The spatial sizes of [N, C, …]. @throws ModelError where there are fewer than one of them or more than three */
export function spatialOf(node: NodeContext, x: Value): readonly number[] {
  if (x.shape.length < 3 || x.shape.length > 5) {
    node.fail(`works on [N, C] and one to three spatial axes, but got ${node.describe(x)}`);
  }
  return x.shape.slice(2);
}

export function rankOf(spatial: readonly number[]): Rank {
  return spatial.length as Rank;
}

/** Reads strides, dilations and pads, or works the pads out where auto_pad asks for it. */
export function readWindow(node: NodeContext, input: readonly number[], kernel: readonly number[]): NodeWindow {
  const stride = perAxis(node, 'strides', kernel.length);
  const dilation = perAxis(node, 'dilations', kernel.length);
  return { kernel, stride, dilation, padding: readPadding(node, { input, kernel, stride, dilation }) };
}

export function perAxis(node: NodeContext, name: string, rank: number, fallback = 1): readonly number[] {
  const given = node.ints(name) ?? new Array<number>(rank).fill(fallback);
  if (given.length !== rank) node.fail(`attribute ${name} must have ${rank} values, but has ${given.length}`);
  return given;
}

/** [before, after] of each axis from ONNX's list of all befores, then all afters. */
export function readPads(node: NodeContext, rank: number): readonly Sides[] {
  const pads = node.ints('pads') ?? new Array<number>(2 * rank).fill(0);
  if (pads.length !== 2 * rank) node.fail(`attribute pads must have ${2 * rank} values, but has ${pads.length}`);
  return Array.from({ length: rank }, (_, axis): Sides => [pads[axis], pads[axis + rank]]);
}

type Extents = Omit<NodeWindow, 'padding'> & { readonly input: readonly number[] };

function readPadding(node: NodeContext, { input, kernel, stride, dilation }: Extents): readonly Sides[] {
  const mode = readAutoPad(node);
  if (mode === 'NOTSET') return readPads(node, kernel.length);
  if (mode === 'VALID') return kernel.map((): Sides => [0, 0]);
  return kernel.map((size, axis) => {
    const outputs = Math.ceil(input[axis] / stride[axis]);
    const total = (outputs - 1) * stride[axis] + windowExtent(size, dilation[axis]) - input[axis];
    return shared(Math.max(0, total), mode);
  });
}

export function readAutoPad(node: NodeContext): (typeof AUTO_PADS)[number] {
  return node.word('auto_pad', AUTO_PADS, 'NOTSET');
}

/** Halves a padding; the odd one goes after for SAME_UPPER and before for SAME_LOWER. */
export function shared(total: number, mode: string): Sides {
  const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
  return mode === 'SAME_UPPER' ? [less, more] : [more, less];
}

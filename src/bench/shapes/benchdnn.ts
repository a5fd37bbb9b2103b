import { MAX_ELEMENTS } from '../../shape.js';
import { messageOf } from '../../thrown.js';
import { BenchError } from '../bench-error.js';
import { type Axis, completeAxis } from './axis.js';
import { type Field, readDescriptor } from './descriptor.js';
import { type BenchShape, type ConvShape, POOL_ALGORITHMS, type PoolShape, type WindowShape } from './shape.js';

type Fields = ReadonlyMap<Field, number>;

/**
 * Reads a problem descriptor of oneDNN's benchdnn: `mb1ic3ih224oc64oh112kh7sh2ph3n"conv1"`.
 *
 * With `oc` it is a convolution, without a pooling, which `avg_np:` or `avg_p:` before it makes an average. `ih`, `kh`
 * and `ic` are needed. A number of the width that is not given is that of the height; `oh` and `ph` are computed from
 * each other where one is missing. `sh` is 1 by default, `dh` 0, which is dense, `g` 1, and `mb` 1 (where benchdnn's
 * default is 2).
 *
 * @throws BenchError that names the shape and what is wrong with it.
 * @see https://github.com/uxlfoundation/oneDNN/blob/main/tests/benchdnn/doc/driver_conv.md
 */
export function parseBenchShape(text: string): BenchShape {
  try {
    const { prefix, fields, name } = readDescriptor(text);
    const parsed = fields.has('oc') || fields.has('g') ? readConv(fields) : readPool(fields, prefix ?? 'max');
    if (parsed.kind === 'conv' && prefix !== undefined)
      throw new Error(`'${prefix}:' is for poolings, which have no oc`);
    checkSizes(parsed);
    return name === undefined ? parsed : { name, ...parsed };
  } catch (error) {
    throw new BenchError(`shape '${text}': ${messageOf(error)}`);
  }
}

/** The descriptor that `parseBenchShape` reads as this shape, and benchdnn too but for an average's prefix. */
export function formatBenchShape(shape: BenchShape): string {
  const { batch, inChannels, input, output, kernelSize, stride, padding, dilation, name } = shape;
  const prefix = shape.kind === 'conv' || shape.algorithm === 'max' ? '' : `${shape.algorithm}:`;
  const conv = shape.kind === 'conv' ? shape : undefined;
  const axis = (i: 0 | 1) => [input[i], output[i], kernelSize[i], stride[i], padding[i][0], dilation[i] - 1];
  const [height, width] = [axis(0), axis(1)];
  const square = height.every((value, i) => value === width[i]);
  const both = (letter: string, i: number, least = -1) =>
    Math.max(height[i], width[i]) <= least ? '' : `${letter}h${height[i]}${square ? '' : `${letter}w${width[i]}`}`;
  return [
    prefix,
    conv === undefined || conv.groups === 1 ? '' : `g${conv.groups}`,
    `mb${batch}ic${inChannels}${both('i', 0)}`,
    conv === undefined ? '' : `oc${conv.outChannels}`,
    `${both('o', 1)}${both('k', 2)}${both('s', 3, 1)}${both('p', 4)}${both('d', 5, 0)}`,
    name === undefined ? '' : `n"${name}"`,
  ].join('');
}

function readConv(fields: Fields): ConvShape {
  const [groups, outChannels] = [positive(fields, 'g', 1), positive(fields, 'oc')];
  const shape = { kind: 'conv', outChannels, groups, ...readWindow(fields) } as const;
  for (const [field, channels] of [
    ['ic', shape.inChannels],
    ['oc', outChannels],
  ] as const) {
    if (channels % groups !== 0) throw new Error(`${field}${channels} does not divide into g${groups} groups`);
  }
  return shape;
}

function readPool(fields: Fields, given: string): PoolShape {
  const algorithm = POOL_ALGORITHMS.find((name) => name === given);
  if (algorithm === undefined)
    throw new Error(`expected one of ${POOL_ALGORITHMS.join(', ')} before ':', but got '${given}'`);
  const shape = { kind: 'pool', algorithm, ...readWindow(fields) } as const;
  if (algorithm !== 'max' && Math.max(...shape.dilation) > 1) throw new Error('an average pooling cannot be dilated');
  shape.padding.forEach((sides, i) => {
    if (2 * Math.max(...sides) <= shape.kernelSize[i]) return;
    throw new Error(`padding of ${Math.max(...sides)} is more than half of a pooling kernel of ${shape.kernelSize[i]}`);
  });
  return shape;
}

function readWindow(fields: Fields): Omit<WindowShape, 'name'> {
  for (const [w, h] of [
    ['iw', 'ih'],
    ['kw', 'kh'],
  ] as const) {
    if (fields.has(w) && !fields.has(h)) throw new Error(`${w} without ${h}: a one-dimensional shape is ih1 and kh1`);
  }
  const height = readAxis(fields, 'h');
  const width = sameAsHeight(fields) ? height : readAxis(fields, 'w');
  const both = <K extends keyof Axis>(key: K) => [height[key], width[key]] as const;
  return {
    batch: positive(fields, 'mb', 1),
    inChannels: positive(fields, 'ic'),
    input: both('input'),
    output: both('output'),
    kernelSize: both('kernel'),
    stride: both('stride'),
    padding: both('padding'),
    dilation: both('dilation'),
  };
}

function sameAsHeight(fields: Fields): boolean {
  return (['i', 'o', 'k', 's', 'p', 'd'] as const).every((letter) => {
    const width = fields.get(`${letter}w`);
    return width === undefined || width === fields.get(`${letter}h`);
  });
}

function readAxis(fields: Fields, letter: 'h' | 'w'): Axis {
  const field = (first: 'i' | 'o' | 'k' | 's' | 'p' | 'd') => {
    // The output's width is not the height's, where anything else differs: it is computed.
    const given = fields.has(`${first}${letter}`) || first === 'o';
    return given ? (`${first}${letter}` as const) : (`${first}h` as const);
  };
  const [output, padding] = [field('o'), field('p')];
  try {
    return completeAxis({
      input: positive(fields, field('i')),
      kernel: positive(fields, field('k')),
      stride: positive(fields, field('s'), 1),
      dilation: (fields.get(field('d')) ?? 0) + 1,
      output: fields.has(output) ? positive(fields, output) : undefined,
      before: fields.get(padding),
    });
  } catch (error) {
    throw new Error(`${letter === 'h' ? 'height' : 'width'}: ${messageOf(error)}`);
  }
}

/** @throws Error where the number is missing and has no default, or is 0. */
function positive(fields: Fields, field: Field, fallback?: number): number {
  const value = fields.get(field) ?? fallback;
  if (value === undefined) throw new Error(`${field} is missing`);
  if (value < 1) throw new Error(`${field} must be at least 1`);
  return value;
}

/** Every number is a factor of one of these, or smaller than one. */
function checkSizes(shape: BenchShape): void {
  const { batch, inChannels, input, output, kernelSize } = shape;
  const outChannels = shape.kind === 'conv' ? shape.outChannels : inChannels;
  const tensors = {
    input: batch * inChannels * input[0] * input[1],
    output: batch * outChannels * output[0] * output[1],
    weight: shape.kind === 'conv' ? (inChannels / shape.groups) * outChannels * kernelSize[0] * kernelSize[1] : 0,
  };
  for (const [tensor, elements] of Object.entries(tensors)) {
    if (elements > MAX_ELEMENTS)
      throw new Error(`the ${tensor} would have ${elements} elements, but 2^31 - 1 are the limit`);
  }
}

import type { Values } from '../specs.js';
import { activateValue } from './activation.js';
import { type Expected, forEachPoint, magnitude, type Options, type Triple, type Volume } from './types.js';
import { type AxisRule, outputSize, perAxis, readRules, sourceIndex } from './window.js';

interface Sums {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
}

/** `weight` with three spatial axes. */
function widen(weight: Values, rank: number): { data: Float32Array; shape: number[] } {
  const [first, second, ...kernel] = weight.shape;
  return { data: weight.data, shape: [first, second, ...new Array<number>(3 - rank).fill(1), ...kernel] };
}

/** Where every tap of every output stands on one axis: [output · kernel + tap], −1 in the zero padding. */
function places(rule: AxisRule, size: number, outputs: number, mode: unknown): Int32Array {
  const { kernel, stride, dilation, before } = rule;
  return Int32Array.from({ length: outputs * kernel }, (_, i) => {
    return sourceIndex(Math.floor(i / kernel) * stride + (i % kernel) * dilation - before, size, mode);
  });
}

function convolveSums(x: Volume, weight: Values, rank: number, options: Options): Sums {
  const rules = readRules(rank, weight.shape.slice(2), options);
  const w = widen(weight, rank);
  const [batch, channels, ...space] = x.shape;
  const [outChannels, groupChannels, kd, kh, kw] = w.shape;
  const [od, oh, ow] = rules.map((rule, axis) => outputSize(space[axis], rule));
  const [depths, rows, columns] = rules.map((rule, axis) => {
    return places(rule, space[axis], [od, oh, ow][axis], options.paddingMode);
  });
  const groupOutputs = outChannels / ((options.groups as number | undefined) ?? 1);
  const shape = [batch, outChannels, od, oh, ow];
  const values = new Float64Array(batch * outChannels * od * oh * ow);
  const magnitudes = new Float64Array(values.length);
  for (let plane = 0; plane < batch * outChannels; plane++) {
    const [n, oc] = [Math.floor(plane / outChannels), plane % outChannels];
    const firstChannel = n * channels + Math.floor(oc / groupOutputs) * groupChannels;
    let tap = oc * groupChannels * kd * kh * kw;
    for (let ic = firstChannel; ic < firstChannel + groupChannels; ic++) {
      forEachPoint([kd, kh, kw], (a, b, c) => {
        const factor = w.data[tap++];
        forEachPoint([od, oh, 1], (z, y) => {
          const [i, j] = [depths[z * kd + a], rows[y * kh + b]];
          if (i < 0 || j < 0) return;
          const from = ((ic * space[0] + i) * space[1] + j) * space[2];
          const to = ((plane * od + z) * oh + y) * ow;
          for (let q = 0; q < ow; q++) {
            const k = columns[q * kw + c];
            if (k < 0) continue;
            const term = x.data[from + k] * factor;
            values[to + q] += term;
            magnitudes[to + q] += magnitude(term);
          }
        });
      });
    }
  }
  return { shape, values, magnitudes };
}

function transposeSums(x: Volume, weight: Values, rank: number, options: Options): Sums {
  const rules = readRules(rank, weight.shape.slice(2), options);
  const extra = [...new Array<number>(3 - rank).fill(0), ...perAxis(options.outputPadding, rank, 0)];
  const w = widen(weight, rank);
  const [batch, channels, ...space] = x.shape;
  const [, groupOutputs, kd, kh, kw] = w.shape;
  const groups = (options.groups as number | undefined) ?? 1;
  const outChannels = groupOutputs * groups;
  const size = rules.map(
    ({ kernel, stride, dilation, before, after }, axis) =>
      (space[axis] - 1) * stride - before - after + dilation * (kernel - 1) + extra[axis] + 1,
  );
  const shape = [batch, outChannels, ...size];
  const values = new Float64Array(shape.reduce((product, n) => product * n, 1));
  const magnitudes = new Float64Array(values.length);
  const place = (axis: number, i: number, k: number): number =>
    sourceIndex(i * rules[axis].stride + k * rules[axis].dilation - rules[axis].before, size[axis]);
  let from = 0;
  for (let plane = 0; plane < batch * channels; plane++) {
    const [n, ic] = [Math.floor(plane / channels), plane % channels];
    const firstOutput = n * outChannels + Math.floor(ic / (channels / groups)) * groupOutputs;
    forEachPoint(space as unknown as Triple, (z, y, q) => {
      for (let oc = 0; oc < groupOutputs; oc++) {
        forEachPoint([kd, kh, kw], (a, b, c) => {
          const [i, j, k] = [place(0, z, a), place(1, y, b), place(2, q, c)];
          if (i < 0 || j < 0 || k < 0) return;
          const tap = (((ic * groupOutputs + oc) * kd + a) * kh + b) * kw + c;
          const to = (((firstOutput + oc) * size[0] + i) * size[1] + j) * size[2] + k;
          const term = x.data[from] * w.data[tap];
          values[to] += term;
          magnitudes[to] += magnitude(term);
        });
      }
      from++;
    });
  }
  return { shape, values, magnitudes };
}

/** y = activation(sums + bias + residual) */
function finish({ shape, values, magnitudes }: Sums, options: Options, residual?: Float64Array): Expected {
  const bias = (options.bias ?? undefined) as Values | undefined;
  const [, channels, ...space] = shape;
  const plane = space.reduce((product, size) => product * size, 1);
  let scale = 0;
  for (let i = 0; i < values.length; i++) {
    const channel = Math.floor(i / plane) % channels;
    const [b, r] = [bias?.data[channel] ?? 0, residual?.[i] ?? 0];
    values[i] = activateValue(options.activation, values[i] + b + r, channel);
    scale = Math.max(scale, magnitudes[i] + magnitude(b) + magnitude(r));
  }
  return { shape, values, scale };
}

/** The definition of conv1d, conv2d and conv3d. */
export function conv(x: Volume, weight: Values, rank: number, options: Options, residual?: Volume): Expected {
  return finish(convolveSums(x, weight, rank, options), options, residual?.data);
}

/** The definition of convTranspose1d and convTranspose2d. */
export function convTranspose(x: Volume, weight: Values, rank: number, options: Options, residual?: Volume): Expected {
  return finish(transposeSums(x, weight, rank, options), options, residual?.data);
}

import { elements, type Values } from '../specs.js';
import { activateValue } from './activation.js';
import { type Expected, largest, magnitude, type Options } from './types.js';

/** Channels are axis 1; a tensor of one axis or none has one channel. */
export function activate(x: Values, activation: unknown): Expected {
  const channels = x.shape.length > 1 ? x.shape[1] : 1;
  const inner = elements(x.shape.slice(2));
  const values = Float64Array.from(x.data, (value, i) =>
    activateValue(activation, value, Math.floor(i / inner) % channels),
  );
  return { shape: x.shape, values, scale: Math.max(largest(x.data), largest(values)) };
}

export function softmax(x: Values, axis = -1): Expected {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const length = x.shape[at];
  const inner = elements(x.shape.slice(at + 1));
  const values = new Float64Array(x.data.length);
  for (let i = 0; i < values.length; i++) {
    if (Math.floor(i / inner) % length > 0) continue;
    const places = Array.from({ length }, (_, j) => i + j * inner);
    const top = Math.max(...places.map((place) => x.data[place]));
    for (const place of places) values[place] = Math.exp(x.data[place] - top);
    const sum = places.reduce((total, place) => total + values[place], 0);
    for (const place of places) values[place] /= sum;
  }
  return { shape: x.shape, values, scale: 1 };
}

/** y = activation(x · weightᵀ + bias + residual) over the last axis. */
export function linear(x: Values, weight: Values, bias: Values | null | undefined, options: Options): Expected {
  const residual = options.residual as Values | undefined;
  const [outputs, inputs] = weight.shape;
  const shape = [...x.shape.slice(0, -1), outputs];
  const values = new Float64Array(elements(shape));
  let scale = 0;
  for (let i = 0; i < values.length; i++) {
    const [row, o] = [Math.floor(i / outputs), i % outputs];
    const [b, r] = [bias?.data[o] ?? 0, residual?.data[i] ?? 0];
    let sum = 0;
    let magnitudes = magnitude(b) + magnitude(r);
    for (let j = 0; j < inputs; j++) {
      const term = x.data[row * inputs + j] * weight.data[o * inputs + j];
      sum += term;
      magnitudes += magnitude(term);
    }
    values[i] = activateValue(options.activation, sum + b + r, o);
    scale = Math.max(scale, magnitudes);
  }
  return { shape, values, scale };
}

/** `x` is channels first: [batch, channels, …]. */
export function batchNorm(x: Values, mean: Values, variance: Values, options: Options): Expected {
  const weight = options.weight as Values | undefined;
  const bias = options.bias as Values | undefined;
  const eps = (options.eps as number | undefined) ?? 1e-5;
  const inner = elements(x.shape.slice(2));
  const values = new Float64Array(x.data.length);
  let scale = 0;
  for (let i = 0; i < values.length; i++) {
    const c = Math.floor(i / inner) % x.shape[1];
    const factor = (weight?.data[c] ?? 1) / Math.sqrt(variance.data[c] + eps);
    const shift = bias?.data[c] ?? 0;
    values[i] = (x.data[i] - mean.data[c]) * factor + shift;
    scale = Math.max(scale, (Math.abs(x.data[i]) + Math.abs(mean.data[c])) * Math.abs(factor) + Math.abs(shift));
  }
  return { shape: x.shape, values, scale };
}

/** Each plane of the last two axes is turned by itself. */
export function rot180(x: Values): Expected {
  const plane = elements(x.shape.slice(-2));
  const values = Float64Array.from(x.data, (_, i) => x.data[i - (i % plane) + plane - 1 - (i % plane)]);
  return { shape: x.shape, values, scale: largest(x.data) };
}

/** full[i] = Σ f[j]·g[i − j] over two axes; `mode` cuts it as SciPy does. */
export function convolve(f: Values, g: Values, options: Options): Expected {
  const [fh, fw] = f.shape.length === 1 ? [1, f.shape[0]] : f.shape;
  const [gh, gw] = g.shape.length === 1 ? [1, g.shape[0]] : g.shape;
  const [height, width, top, left] = cut([fh, fw], [gh, gw], options.mode ?? 'full');
  const values = new Float64Array(height * width);
  let scale = 0;
  for (let i = 0; i < values.length; i++) {
    const [y, x] = [Math.floor(i / width) + top, (i % width) + left];
    let magnitudes = 0;
    for (let j = 0; j < g.data.length; j++) {
      const [row, column] = [y - Math.floor(j / gw), x - (j % gw)];
      if (row < 0 || row >= fh || column < 0 || column >= fw) continue;
      const term = f.data[row * fw + column] * g.data[j];
      values[i] += term;
      magnitudes += Math.abs(term);
    }
    scale = Math.max(scale, magnitudes);
  }
  return { shape: f.shape.length === 1 ? [width] : [height, width], values, scale };
}

export function correlate(f: Values, g: Values, options: Options): Expected {
  return convolve(f, { shape: g.shape, data: Float32Array.from(g.data).reverse() }, options);
}

type Pair = readonly [number, number];

/** Extents and offset of a mode's part of the full convolution. */
function cut(f: Pair, g: Pair, mode: unknown): [number, number, number, number] {
  const axis = (i: 0 | 1): Pair => {
    if (mode === 'full') return [f[i] + g[i] - 1, 0];
    if (mode === 'same') return [f[i], Math.floor((g[i] - 1) / 2)];
    return [Math.abs(f[i] - g[i]) + 1, Math.min(f[i], g[i]) - 1];
  };
  const [[height, top], [width, left]] = [axis(0), axis(1)];
  return [height, width, top, left];
}

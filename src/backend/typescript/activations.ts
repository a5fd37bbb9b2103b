import type { ActivationKind } from '../../program/step.js';
import { erfc } from './erf.js';

/**
 * Applies an activation in place to values[from … end). Comparisons are written so that NaN stays NaN, as in
 * PyTorch. One loop each: a shared loop that calls a function is not inlined by V8 once two kinds have run.
 */
export type RowActivation = (values: Float64Array, from: number, end: number, alpha: number, beta: number) => void;

const clip: RowActivation = (values, from, end, min, max) => {
  for (let i = from; i < end; i++) {
    const x = values[i];
    // The upper bound last: where min > max, PyTorch's clamp gives max.
    const raised = x < min ? min : x;
    values[i] = raised > max ? max : raised;
  }
};

const relu: RowActivation = (values, from, end) => {
  for (let i = from; i < end; i++) {
    if (values[i] < 0) values[i] = 0;
  }
};

const sigmoid: RowActivation = (values, from, end) => {
  for (let i = from; i < end; i++) values[i] = 1 / (1 + Math.exp(-values[i]));
};

const tanh: RowActivation = (values, from, end) => {
  for (let i = from; i < end; i++) values[i] = Math.tanh(values[i]);
};

const silu: RowActivation = (values, from, end) => {
  for (let i = from; i < end; i++) values[i] = values[i] / (1 + Math.exp(-values[i]));
};

const hardSigmoid: RowActivation = (values, from, end) => {
  for (let i = from; i < end; i++) {
    const x = values[i] + 3;
    values[i] = (x < 0 ? 0 : x > 6 ? 6 : x) / 6;
  }
};

const hardSwish: RowActivation = (values, from, end) => {
  for (let i = from; i < end; i++) {
    const x = values[i] + 3;
    values[i] = (values[i] * (x < 0 ? 0 : x > 6 ? 6 : x)) / 6;
  }
};

const gelu: RowActivation = (values, from, end) => {
  for (let i = from; i < end; i++) values[i] = 0.5 * values[i] * erfc(-values[i] * Math.SQRT1_2);
};

const leakyRelu: RowActivation = (values, from, end, slope) => {
  for (let i = from; i < end; i++) {
    if (!(values[i] > 0)) values[i] *= slope;
  }
};

const elu: RowActivation = (values, from, end, alpha) => {
  for (let i = from; i < end; i++) {
    if (!(values[i] > 0)) values[i] = alpha * Math.expm1(values[i]);
  }
};

/** The loop of each kind; 'prelu' takes its channel's slope as `alpha`. */
export const ROW_ACTIVATIONS: Readonly<Record<ActivationKind, RowActivation | undefined>> = {
  identity: undefined,
  relu,
  relu6: (values, from, end) => clip(values, from, end, 0, 6),
  sigmoid,
  tanh,
  silu,
  hardSigmoid,
  hardSwish,
  gelu,
  leakyRelu,
  clip,
  elu,
  prelu: leakyRelu,
};

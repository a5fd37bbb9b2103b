import type {
  GatherStep,
  GridSampleStep,
  LogSoftmaxStep,
  LrnStep,
  NonMaxSuppressionStep,
  NormalizeStep,
  ResampleStep,
  TopKStep,
} from '../../program/step.js';
import type { CompiledStep } from './compiled-step.js';
import { compileGather } from './gather.js';
import { compileGridSample } from './grid-sample.js';
import { compileLogSoftmax } from './log-softmax.js';
import { compileLrn } from './lrn.js';
import { compileNonMaxSuppression } from './non-max-suppression.js';
import { compileNormalize } from './normalize.js';
import { compileResample } from './resample.js';
import { compileTopK } from './top-k.js';

export type SamplingStep =
  | GatherStep
  | TopKStep
  | NonMaxSuppressionStep
  | ResampleStep
  | NormalizeStep
  | LrnStep
  | GridSampleStep
  | LogSoftmaxStep;

/** Finds the compiler of a step's kind. */
export function compileSamplingStep(step: SamplingStep): CompiledStep {
  switch (step.kind) {
    case 'gather':
      return compileGather(step);
    case 'topK':
      return compileTopK(step);
    case 'nonMaxSuppression':
      return compileNonMaxSuppression(step);
    case 'resample':
      return compileResample(step);
    case 'normalize':
      return compileNormalize(step);
    case 'lrn':
      return compileLrn(step);
    case 'gridSample':
      return compileGridSample(step);
    case 'logSoftmax':
      return compileLogSoftmax(step);
  }
}

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
  throw new Error(`${step.kind} is not compiled yet`);
}

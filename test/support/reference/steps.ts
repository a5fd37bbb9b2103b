import type { StepKind } from '../../../src/program/step.js';
import type { StepCase, StepOfKind } from '../steps.js';
import { binary, concat, convert, reduce, strided, unary, where } from './general-steps.js';
import { gather, gridSample, logSoftmax, lrn, nonMaxSuppression, normalize, resample, topK } from './sampling-steps.js';

type Definitions = { readonly [Kind in StepKind]?: (step: StepOfKind<Kind>) => number[][] };

const DEFINITIONS: Definitions = {
  unary,
  binary,
  where,
  strided,
  concat,
  reduce,
  convert,
  gather,
  topK,
  nonMaxSuppression,
  resample,
  normalize,
  lrn,
  gridSample,
  logSoftmax,
};

/** What the definition of the step's kind gives, in float64, for each result. */
export function stepReference(step: StepCase): number[][] {
  const definition = DEFINITIONS[step.kind] as ((step: StepCase) => number[][]) | undefined;
  if (definition === undefined) throw new Error(`${step.kind} has no definition here`);
  return definition(step);
}

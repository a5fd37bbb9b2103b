import type {
  BinaryStep,
  ConcatStep,
  ConvertStep,
  ReduceStep,
  StridedStep,
  UnaryStep,
  WhereStep,
} from '../../program/step.js';
import type { CompiledStep } from './compiled-step.js';

export type GeneralStep = UnaryStep | BinaryStep | WhereStep | StridedStep | ConcatStep | ReduceStep | ConvertStep;

/** Finds the compiler of a step's kind. */
export function compileGeneralStep(step: GeneralStep): CompiledStep {
  throw new Error(`${step.kind} is not compiled yet`);
}

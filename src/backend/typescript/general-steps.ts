import type {
  BinaryStep,
  ConcatStep,
  ConvertStep,
  ReduceStep,
  StridedStep,
  UnaryStep,
  WhereStep,
} from '../../program/step.js';
import { compileBinary } from './binary.js';
import type { CompiledStep } from './compiled-step.js';
import { compileConcat } from './concat.js';
import { compileConvert } from './convert.js';
import { compileReduce } from './reduce.js';
import { compileStrided } from './strided.js';
import { compileUnary } from './unary.js';
import { compileWhere } from './where.js';

export type GeneralStep = UnaryStep | BinaryStep | WhereStep | StridedStep | ConcatStep | ReduceStep | ConvertStep;

/** Finds the compiler of a step's kind. */
export function compileGeneralStep(step: GeneralStep): CompiledStep {
  switch (step.kind) {
    case 'unary':
      return compileUnary(step);
    case 'binary':
      return compileBinary(step);
    case 'where':
      return compileWhere(step);
    case 'strided':
      return compileStrided(step);
    case 'concat':
      return compileConcat(step);
    case 'reduce':
      return compileReduce(step);
    case 'convert':
      return compileConvert(step);
  }
}

import * as convkit from 'convkit';
import { expectAnswer } from './compare.js';
import { reference } from './reference/index.js';
import { materialize, type OperatorCase } from './specs.js';

/** What an operator returned. */
export interface Answer {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly indices?: Int32Array;
  /** The tensor itself, to see that `out` came back. */
  readonly tensor: convkit.Tensor;
}

type Operator = (...args: unknown[]) => unknown;

const OPERATORS = convkit as unknown as Readonly<Record<string, Operator>>;

/** How many arguments an operator takes before its options. */
const POSITIONAL: Readonly<Record<string, number>> = {
  conv: 2,
  convTranspose: 2,
  maxPool: 2,
  avgPool: 2,
  lpPool: 3,
  maxUnpool: 3,
  adaptiveAvgPool: 2,
  adaptiveMaxPool: 2,
  globalAvgPool: 1,
  globalMaxPool: 1,
  batchNorm: 3,
  linear: 3,
  activate: 2,
  softmax: 2,
  im2col: 2,
  col2im: 3,
  convolve: 2,
  correlate: 2,
  rot180: 1,
};

/** `args` with `extra` among the options, which they may lack so far. */
export function withOptions(op: string, args: readonly unknown[], extra: Readonly<Record<string, unknown>>): unknown[] {
  const position = POSITIONAL[op.replace(/[123]d$/, '')];
  if (position === undefined) throw new Error(`no table entry for ${op}`);
  const before = Array.from({ length: position }, (_, i) => args[i]);
  return [...before, { ...(args[position] as object | undefined), ...extra }];
}

function operator(name: string): Operator {
  const found = OPERATORS[name];
  if (typeof found !== 'function') throw new Error(`the package exports no ${name}`);
  return found;
}

function readAnswer(result: unknown): Answer {
  if (result instanceof convkit.Tensor) return { shape: result.shape, values: result.data, tensor: result };
  const { output, indices } = result as { output: convkit.Tensor; indices: Int32Array };
  return { shape: output.shape, values: output.data, indices, tensor: output };
}

/** Calls an operator of the package with materialized arguments. */
export function call(op: string, args: readonly unknown[]): Answer {
  return readAnswer(operator(op)(...args));
}

/** Calls its asynchronous twin. */
export async function callAsync(op: string, args: readonly unknown[]): Promise<Answer> {
  return readAnswer(await operator(`${op}Async`)(...args));
}

/** Runs a case on the active backend and holds it to the definition. */
export function checkCase(operatorCase: OperatorCase): Answer {
  const args = materialize(operatorCase.args);
  const answer = call(operatorCase.op, args);
  const expected = reference(operatorCase.op, args);
  expectAnswer(answer, expected, operatorCase.exact === true ? 0 : expected.scale);
  return answer;
}

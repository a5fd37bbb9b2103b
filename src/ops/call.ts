import { throwIfAborted } from '../abort.js';
import { requirePlain } from '../geometry/options.js';
import type { Plan } from '../geometry/plan.js';
import type { AbortSignal } from '../platform.js';
import { ProgramBuilder } from '../program/builder.js';
import { executableFor } from '../program/cache.js';
import { lower } from '../program/lower.js';
import type { Program, SlotArray } from '../program/program.js';
import type { SlotId } from '../program/step.js';
import { Tensor, type TensorLike } from '../tensor.js';
import { allocate, readOut } from './operands.js';
import { isSignal, readSignal } from './signal.js';

/** An operator's arguments, checked: what remains is to run. */
export interface OperatorCall {
  readonly operator: string;
  readonly plan: Plan;
  /** By the operands' names in STEP_TABLE. */
  readonly operands: Readonly<Record<string, Tensor | Int32Array | undefined>>;
  /** Where the caller wants the result, not yet checked. */
  readonly out?: unknown;
  /** Whether the indices are wanted too. */
  readonly indices?: boolean;
  /** Tensors that operands were copied from: `out` may not overlap them either. */
  readonly sources?: readonly Tensor[];
}

/** What a call gives. */
export interface CallResult {
  readonly output: Tensor;
  readonly indices: Int32Array | undefined;
}

/** Options of every operator's asynchronous twin. */
export interface AsyncOptions {
  /** Aborting it rejects the promise with its reason and leaves `out` untouched. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of every operator. */
export interface OutOption {
  /** Receives the result and is returned: of the output's shape, sharing no memory with an input. */
  readonly out?: TensorLike | null | undefined;
}

/** Runs an operator on the calling thread. */
export function run(call: OperatorCall): CallResult {
  const results = prepareResults(call);
  const outputs = outputArrays(results);
  if (results.output.size > 0) {
    const { program, inputs } = buildProgram(call);
    executableFor(program).run(inputs, outputs);
  }
  return results;
}

/**
 * Runs an operator off the event loop. `prepare` gets the options without the signal; what it throws
 * rejects the promise.
 */
export async function runAsync<Options extends object>(
  operator: string,
  options: (Options & AsyncOptions) | undefined,
  prepare: (options: Options | undefined) => OperatorCall,
): Promise<CallResult> {
  const { signal, rest } = takeSignal(operator, options);
  throwIfAborted(signal);
  const call = prepare(rest);
  const results = prepareResults(call);
  if (results.output.size > 0) {
    const { program, inputs } = buildProgram(call);
    await executableFor(program).runAsync(inputs, outputArrays(results), signal);
  }
  return results;
}

/** Parts the signal from the options proper. @throws ArgumentError where it is no signal. */
export function takeSignal<Options extends object>(
  operator: string,
  options: (Options & AsyncOptions) | undefined,
): { signal: AbortSignal | undefined; rest: Options | undefined } {
  const caller = `${operator}Async`;
  if (isSignal(options)) requirePlain(caller, options, ['signal']);
  if (typeof options !== 'object' || options === null || !('signal' in options)) {
    return { signal: undefined, rest: options };
  }
  requirePlain(caller, options, ['signal']);
  const { signal, ...rest } = options;
  return { signal: readSignal(caller, signal), rest: rest as unknown as Options };
}

function prepareResults({ operator, plan, operands, out, indices, sources = [] }: OperatorCall): CallResult {
  const { outputShape } = plan;
  const inputs = [...Object.values(operands), ...sources].filter((operand) => operand !== undefined);
  const output =
    out === undefined || out === null
      ? new Tensor(allocate(operator, outputShape, Float32Array), outputShape)
      : readOut(operator, out, outputShape, inputs);
  return { output, indices: indices ? allocate(operator, outputShape, Int32Array) : undefined };
}

function outputArrays({ output, indices }: CallResult): SlotArray[] {
  return indices === undefined ? [output.data] : [output.data, indices];
}

/** Every operand is an input of the program, so that one executable serves all calls of these shapes. */
function buildProgram({ plan, operands, indices = false }: OperatorCall): { program: Program; inputs: SlotArray[] } {
  const builder = new ProgramBuilder();
  const inputs: SlotArray[] = [];
  const slots: Record<string, SlotId> = {};
  for (const [name, operand] of Object.entries(operands)) {
    if (operand === undefined) continue;
    const data = operand instanceof Tensor ? operand.data : operand;
    inputs.push(data);
    slots[name] = builder.input(data.length, operand instanceof Tensor ? 'float32' : 'int32');
  }
  const results = lower(builder, plan, slots, { indices });
  builder.output(results.y);
  if (indices) builder.output(results.indices);
  return { program: builder.build(), inputs };
}

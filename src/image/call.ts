import { throwIfAborted } from '../abort.js';
import { ArgumentError } from '../errors.js';
import { type AsyncOptions, takeSignal } from '../ops/call.js';
import { overlap } from '../ops/operands.js';
import { executableFor } from '../program/cache.js';
import type { SlotArray } from '../program/program.js';
import type { ImageProgram } from './image-program.js';

export type { AsyncOptions };

/** A function's arguments, checked, its program built and its results allocated: what remains is to run. */
export interface ImageCall<Result> {
  readonly operator: string;
  readonly program: ImageProgram;
  readonly result: Result;
}

/** Runs on the calling thread and the pool. */
export function runImages<Result>({ operator, program, result }: ImageCall<Result>): Result {
  if (program.outputs.length === 0) return result;
  refuseOverlap(operator, program);
  executableFor(program.build()).run(program.inputs, program.outputs);
  return result;
}

/** Runs off the event loop; `prepare` gets the options without the signal, and what it throws rejects the promise. */
export async function runImagesAsync<Options extends object, Result>(
  operator: string,
  options: (Options & AsyncOptions) | undefined,
  prepare: (options: Options | undefined) => ImageCall<Result>,
): Promise<Result> {
  const { signal, rest } = takeSignal(operator, options);
  throwIfAborted(signal);
  const { program, result } = prepare(rest);
  if (program.outputs.length === 0) return result;
  refuseOverlap(operator, program);
  await executableFor(program.build()).runAsync(program.inputs, program.outputs, signal);
  return result;
}

function refuseOverlap(operator: string, { inputs, outputs }: { inputs: SlotArray[]; outputs: SlotArray[] }): void {
  if (outputs.some((output) => inputs.some((input) => overlap(output, input)))) {
    throw new ArgumentError(`${operator}: out must not overlap an input in memory; give it a buffer of its own`);
  }
}

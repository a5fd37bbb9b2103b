/** The thread that asynchronous runs happen on: keeps compiled programs, runs one job at a time. */
import { parentPort } from 'node:worker_threads';

import type { Program, SlotArray } from '../../program/program.js';
import { isError } from '../../thrown.js';
import { failedStepOf } from '../failed-step.js';
import { CompiledProgram } from './compiled-program.js';
import { newOutputs } from './inline-runner.js';
import { type Answer, buffersOf, type Reply, type Request } from './worker-protocol.js';

interface KnownProgram {
  readonly program: Program;
  compiled?: CompiledProgram;
}

const programs = new Map<number, KnownProgram>();

function run(id: number, inputs: readonly SlotArray[]): Answer {
  try {
    const known = programs.get(id);
    if (known === undefined) throw new Error(`program ${id} was never sent`);
    known.compiled ??= new CompiledProgram(known.program);
    const outputs = newOutputs(known.program);
    known.compiled.run(inputs, outputs);
    return { type: 'done', outputs };
  } catch (error) {
    const { name, message } = isError(error) ? error : new Error(String(error));
    return { type: 'failed', error: { name, message, step: failedStepOf(error) } };
  }
}

parentPort?.postMessage({ type: 'ready' } satisfies Reply);

parentPort?.on('message', (request: Request) => {
  switch (request.type) {
    case 'program':
      programs.set(request.id, { program: request.program });
      break;
    case 'forget':
      programs.delete(request.id);
      break;
    case 'run': {
      const reply = run(request.id, request.inputs);
      parentPort?.postMessage(reply, reply.type === 'done' ? buffersOf(reply.outputs) : []);
    }
  }
});

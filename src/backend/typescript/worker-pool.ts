import { Worker } from 'node:worker_threads';
import { ArgumentError, type ConvkitError, NativeError, UnsupportedError } from '../../errors.js';
import type { Program, SlotArray } from '../../program/program.js';
import { isError, messageOf } from '../../thrown.js';
import { markFailedStep } from '../failed-step.js';
import { InlineRunner } from './inline-runner.js';
import { buffersOf, type ErrorRecord, type Reply, type Request } from './worker-protocol.js';

/** A program that workers may know, by a number of its own in this thread. */
export interface SharedProgram {
  readonly id: number;
  readonly program: Program;
}

/** One asynchronous run. `inputs` belong to the job, and are moved to the worker. */
export interface Job {
  readonly shared: SharedProgram;
  readonly inputs: readonly SlotArray[];
  readonly resolve: (outputs: readonly SlotArray[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker and what it is doing. */
interface Member {
  readonly worker: Worker;
  readonly known: Set<number>;
  job: Job | undefined;
}

/** What a worker says that is there, and short of memory. */
const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';

/**
 * Worker threads that run jobs first in, first out, one at a time each. They start when they are needed, keep
 * the process alive only while they work, and are ended when a running job is cancelled.
 */
export class WorkerPool {
  readonly #members = new Set<Member>();
  readonly #queue: Job[] = [];
  #limit: number;
  /** Whether a worker has ever said a word: that there is such a file, and that this process may start threads. */
  #proven = false;
  /** Runs everything once it is known that no worker will. */
  #inline: InlineRunner | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many workers there are now. */
  get size(): number {
    return this.#members.size;
  }

  /** How many workers there may be; surplus ones end as soon as they are idle. */
  set limit(limit: number) {
    this.#limit = limit;
    this.#dispatch();
  }

  submit(job: Job): void {
    if (this.#inline !== undefined) {
      this.#inline.submit(job);
      return;
    }
    this.#queue.push(job);
    this.#dispatch();
  }

  /** Drops a job that waits, or ends the worker that runs it. The job's promise is the caller's to settle. */
  cancel(job: Job): void {
    this.#inline?.cancel(job);
    const waiting = this.#queue.indexOf(job);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    for (const member of this.#members) {
      if (member.job === job) this.#end(member);
    }
    this.#dispatch();
  }

  /** Frees a program in every worker that knows it. */
  forget(id: number): void {
    this.#inline?.forget(id);
    for (const member of this.#members) {
      if (member.known.delete(id)) post(member, { type: 'forget', id });
    }
  }

  /** Ends the workers that do nothing, with all that they keep. */
  endIdle(): void {
    for (const member of this.#members) {
      if (member.job === undefined) this.#end(member);
    }
  }

  #dispatch(): void {
    this.#endSurplus();
    while (this.#queue.length > 0) {
      const member = this.#idleMember(this.#queue[0]) ?? this.#tryMember();
      if (member === undefined) return;
      const job = this.#queue.shift();
      if (job !== undefined) this.#start(member, job);
    }
  }

  #endSurplus(): void {
    for (const member of this.#members) {
      if (this.#members.size <= this.#limit) return;
      if (member.job === undefined) this.#end(member);
    }
  }

  /** An idle worker, and rather one that has the job's program already. */
  #idleMember(job: Job): Member | undefined {
    const idle = [...this.#members].filter((member) => member.job === undefined);
    return idle.find((member) => member.known.has(job.shared.id)) ?? idle[0];
  }

  /** A new worker, where there may be one more and this process may start any. */
  #tryMember(): Member | undefined {
    if (this.#members.size >= this.#limit) return undefined;
    try {
      return this.#startMember();
    } catch (error) {
      this.#goInline(error);
      return undefined;
    }
  }

  #startMember(): Member {
    // Node's own flags and preloaded modules are the caller's, and not for this thread.
    const worker = new Worker(new URL('./convkit-worker.js', import.meta.url), { name: 'convkit', execArgv: [] });
    const member: Member = { worker, known: new Set(), job: undefined };
    worker.unref();
    worker.on('message', (reply: Reply) => this.#finish(member, reply));
    worker.on('error', (error) => this.#onError(member, error));
    worker.on('messageerror', (error) => this.#fail(member, error));
    worker.on('exit', (code) => this.#fail(member, new Error(`the thread ended with exit code ${code}`)));
    this.#members.add(member);
    return member;
  }

  #start(member: Member, job: Job): void {
    const { id, program } = job.shared;
    member.job = job;
    member.worker.ref();
    try {
      if (!member.known.has(id)) post(member, { type: 'program', id, program });
      member.known.add(id);
      // Until one worker has spoken, the inputs may be needed here after all.
      post(member, { type: 'run', id, inputs: job.inputs }, this.#proven ? buffersOf(job.inputs) : []);
    } catch (error) {
      this.#fail(member, error);
    }
  }

  #finish(member: Member, reply: Reply): void {
    this.#proven = true;
    if (reply.type === 'ready') return;
    const { job } = member;
    member.job = undefined;
    member.worker.unref();
    this.#dispatch();
    if (reply.type === 'done') job?.resolve(reply.outputs);
    else job?.reject(revive(reply.error));
  }

  /** Whoever fails before the first word has not even started: its file is not there, or may not be read. */
  #onError(member: Member, error: NodeJS.ErrnoException): void {
    if (this.#proven || error.code === OUT_OF_MEMORY) this.#fail(member, error);
    else if (this.#members.has(member)) this.#goInline(error);
  }

  /** A worker that fails outside a job's own code is not used again. */
  #fail(member: Member, cause: unknown): void {
    const { job } = member;
    if (!this.#members.has(member)) return;
    this.#end(member);
    this.#dispatch();
    const reason = messageOf(cause);
    job?.reject(new NativeError(`typescript backend: the worker thread failed: ${reason}`, { cause }));
  }

  /** All that waits, and all that was given to workers in vain, is run on this thread from now on. */
  #goInline(cause: unknown): void {
    const inline = new InlineRunner();
    this.#inline = inline;
    const given = [...this.#members].flatMap(({ job }) => (job === undefined ? [] : [job]));
    for (const member of this.#members) this.#end(member);
    for (const job of [...given, ...this.#queue.splice(0)]) inline.submit(job);
    warnOfNoWorkers(cause);
  }

  #end(member: Member): void {
    member.job = undefined;
    this.#members.delete(member);
    member.worker.unref();
    void member.worker.terminate();
  }
}

function warnOfNoWorkers(cause: unknown): void {
  const { code, message }: NodeJS.ErrnoException = isError(cause) ? cause : new Error(String(cause));
  const mend =
    code === 'ERR_ACCESS_DENIED'
      ? 'start Node with --allow-worker'
      : 'keep convkit out of the bundle, as an external package (docs/deploying.md shows how)';
  process.emitWarning(
    'convkit runs asynchronous calls on the calling thread, where they hold up the event loop, because its worker threads ' +
      `cannot be started: ${message.replace(/\.$/, '')}. To mend it: ${mend}`,
    { type: 'ConvkitWarning', code: 'CONVKIT_NO_WORKERS' },
  );
}

function post(member: Member, request: Request, transfer: ArrayBuffer[] = []): void {
  member.worker.postMessage(request, transfer);
}

function revive(record: ErrorRecord): ConvkitError {
  const error = inItsClass(record);
  return record.step === undefined ? error : markFailedStep(error, record.step);
}

function inItsClass({ name, message }: ErrorRecord): ConvkitError {
  switch (name) {
    case 'ArgumentError':
      return new ArgumentError(message);
    case 'UnsupportedError':
      return new UnsupportedError(message);
    default:
      return new NativeError(message);
  }
}

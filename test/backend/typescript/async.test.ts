import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
// The built files: a worker thread starts from dist/.
import { createTypeScriptBackend } from '../../../dist/backend/typescript/backend.js';
import { ProgramBuilder } from '../../../dist/program/builder.js';
import { convGeometry, uniform } from './support.js';

const backend = createTypeScriptBackend();
const dist = new URL('../../../dist/', import.meta.url);

/** A convolution of a size×size image of 16 channels; 0.46 GFLOP for size 224. */
function convolution(size: number) {
  const geometry = convGeometry({
    inChannels: 16,
    outChannels: 32,
    input: [1, size, size],
    kernel: [1, 3, 3],
    pads: [0, 0, 1, 1, 1, 1],
  });
  const builder = new ProgramBuilder();
  const weight = builder.constant(uniform(32 * 16 * 9, 1));
  const x = builder.input(16 * size * size);
  const y = builder.slot(32 * size * size);
  builder.step('conv', geometry, [x, weight, -1, -1, -1], [y]);
  builder.output(y);
  const executable = backend.compile(builder.build());
  return { executable, input: uniform(16 * size * size, 2), output: new Float32Array(32 * size * size).fill(-7) };
}

function unpooling() {
  const builder = new ProgramBuilder();
  const [x, indices, y] = [builder.input(1), builder.input(1, 'int32'), builder.slot(4)];
  const sizes = { inputDepth: 1, inputHeight: 1, inputWidth: 1, outputDepth: 1, outputHeight: 2, outputWidth: 2 };
  builder.step('maxUnpool', { batch: 1, channels: 1, ...sizes }, [x, indices], [y]);
  builder.output(y);
  return backend.compile(builder.build());
}

/** Bit for bit, and much faster than toEqual on large arrays. */
const sameBits = (a: Float32Array, b: Float32Array) =>
  Buffer.compare(
    Buffer.from(a.buffer, a.byteOffset, a.byteLength),
    Buffer.from(b.buffer, b.byteOffset, b.byteLength),
  ) === 0;

const untouched = (output: Float32Array) => output.every((value) => value === -7);

afterEach(() => backend.setThreads(2));

describe('runAsync', () => {
  it('gives the bits of a synchronous run, and lets timers fire meanwhile', async () => {
    const { executable, input, output } = convolution(224);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await executable.runAsync([input], [output]);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
    const expected = new Float32Array(output.length);
    executable.run([input], [expected]);
    expect(sameBits(output, expected)).toBe(true);
  });

  it('copies the inputs before it returns', async () => {
    const { executable, input, output } = convolution(16);
    const expected = new Float32Array(output.length);
    executable.run([input], [expected]);
    const done = executable.runAsync([input], [output]);
    input.fill(Number.NaN);
    await done;
    expect(sameBits(output, expected)).toBe(true);
  });

  it('reads shared memory, and leaves it where it is', async () => {
    const { executable, input, output } = convolution(16);
    const shared = new Float32Array(new SharedArrayBuffer(input.byteLength));
    shared.set(input);
    await executable.runAsync([shared], [output]);
    const expected = new Float32Array(output.length);
    executable.run([input], [expected]);
    expect(sameBits(output, expected)).toBe(true);
    expect(shared).toEqual(input);
  });

  it('runs many at once, each into its own output', async () => {
    const { executable, input } = convolution(24);
    const inputs = Array.from({ length: 12 }, (_, i) => input.map((value) => value * i));
    const outputs = inputs.map(() => new Float32Array(32 * 24 * 24));
    await Promise.all(inputs.map((one, i) => executable.runAsync([one], [outputs[i]])));
    inputs.forEach((one, i) => {
      const expected = new Float32Array(outputs[i].length);
      executable.run([one], [expected]);
      expect(sameBits(outputs[i], expected)).toBe(true);
    });
  });

  it('finishes every run after the number of threads has shrunk', async () => {
    const { executable, input } = convolution(48);
    backend.setThreads(3);
    const runs = Array.from({ length: 9 }, () => executable.runAsync([input], [new Float32Array(32 * 48 * 48)]));
    backend.setThreads(1);
    expect(await Promise.all(runs)).toHaveLength(9);
  });

  it('rejects with the error of the step, typed, and writes nothing', async () => {
    const executable = unpooling();
    const output = new Float32Array(4).fill(-7);
    const failure = executable.runAsync([Float32Array.of(1), Int32Array.of(4)], [output]);
    await expect(failure).rejects.toMatchObject({ name: 'ArgumentError', code: 'ERR_ARGUMENT' });
    await expect(failure).rejects.toThrow('invalid max index: 4');
    expect(untouched(output)).toBe(true);
    await executable.runAsync([Float32Array.of(5), Int32Array.of(2)], [output]);
    expect([...output]).toEqual([0, 0, 5, 0]);
  });

  it('rejects where an output is transferred during the run', async () => {
    const { executable, input, output } = convolution(48);
    const done = executable.runAsync([input], [output]);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(output, [output.buffer]);
    port2.close();
    await expect(done).rejects.toThrow('outputs[0]: expected 73728 float32 values, but got 0');
  });

  it('lets a run that is under way finish after dispose, and refuses the next', async () => {
    const { executable, input, output } = convolution(32);
    const done = executable.runAsync([input], [output]);
    executable.dispose();
    await done;
    expect(untouched(output)).toBe(false);
    await expect(executable.runAsync([input], [output])).rejects.toThrow('disposed');
  });
});

describe('abort', () => {
  it('rejects at once where the signal has fired already', async () => {
    const { executable, input, output } = convolution(16);
    const reason = new Error('no longer wanted');
    await expect(executable.runAsync([input], [output], AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(untouched(output)).toBe(true);
  });

  it('stops a run that is under way, and the next one still works', async () => {
    const { executable, input, output } = convolution(640);
    const controller = new AbortController();
    const done = executable.runAsync([input], [output], controller.signal);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const reason = new Error('too slow');
    controller.abort(reason);
    await expect(done).rejects.toBe(reason);
    expect(untouched(output)).toBe(true);
    const small = convolution(16);
    await small.executable.runAsync([small.input], [small.output]);
    expect(untouched(small.output)).toBe(false);
  });

  it('drops a run from the queue, and keeps those around it', async () => {
    backend.setThreads(1);
    const { executable, input } = convolution(64);
    const outputs = [0, 1, 2].map(() => new Float32Array(32 * 64 * 64).fill(-7));
    const controller = new AbortController();
    const first = executable.runAsync([input], [outputs[0]]);
    const second = executable.runAsync([input], [outputs[1]], controller.signal);
    const third = executable.runAsync([input], [outputs[2]]);
    controller.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await Promise.all([first, third]);
    expect(outputs.map(untouched)).toEqual([false, true, false]);
  });

  it('does not mind a signal that fires after the end', async () => {
    const { executable, input, output } = convolution(16);
    const controller = new AbortController();
    await executable.runAsync([input], [output], controller.signal);
    controller.abort();
    await executable.runAsync([input], [output]);
    expect(untouched(output)).toBe(false);
  });
});

/** Runs a module in a process of its own, which must end by itself; gives what it printed. */
async function inProcess(body: string): Promise<string> {
  const setup = `
    import { Worker } from 'node:worker_threads';
    const { createTypeScriptBackend } = await import('${dist}backend/typescript/backend.js');
    const { ProgramBuilder } = await import('${dist}program/builder.js');
    const backend = createTypeScriptBackend();
    function softmax(inner) {
      const builder = new ProgramBuilder();
      const [x, y] = [builder.input(4 * inner), builder.slot(4 * inner)];
      builder.step('softmax', { outer: 1, length: 4, inner }, [x], [y]);
      builder.output(y);
      return backend.compile(builder.build());
    }
    const run = (inner) => {
      const output = new Float32Array(4 * inner);
      return softmax(inner).runAsync([new Float32Array(4 * inner)], [output]).then(() => output[0]);
    };
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', setup + body],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      timeout: 200_000,
    },
  );
  return stdout.trim();
}

describe('the process', () => {
  it('stays alive until runs settle, and ends by itself afterwards', async () => {
    expect(await inProcess('run(1000).then((value) => console.log(value));')).toBe('0.25');
  });

  it('can exit while a run is under way', async () => {
    const body = `
      process.on('worker', (worker) => worker.once('online', () => { console.log('bye'); process.exit(0); }));
      run(4_000_000).then(() => console.log('too late'));
    `;
    expect(await inProcess(body)).toBe('bye');
  });

  it('can end a thread of the user in which a run is under way', async () => {
    const body = `
      const code = \`
        import { parentPort } from 'node:worker_threads';
        const { createTypeScriptBackend } = await import('${dist}backend/typescript/backend.js');
        const { ProgramBuilder } = await import('${dist}program/builder.js');
        const builder = new ProgramBuilder();
        const [x, y] = [builder.input(16_000_000), builder.slot(16_000_000)];
        builder.step('softmax', { outer: 1, length: 4, inner: 4_000_000 }, [x], [y]);
        builder.output(y);
        const big = createTypeScriptBackend().compile(builder.build());
        big.runAsync([new Float32Array(16_000_000)], [new Float32Array(16_000_000)]);
        parentPort.postMessage('running');
      \`;
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(code)));
      worker.once('message', async (message) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        console.log(message, await worker.terminate());
      });
    `;
    expect(await inProcess(body)).toBe('running 1');
  });

  it('turns the death of a worker into a rejection', async () => {
    const body = `
      process.on('worker', (worker) => worker.once('online', () => worker.terminate()));
      run(4_000_000).catch((error) => console.log(error.code, error.message));
    `;
    expect(await inProcess(body)).toMatch(/^ERR_NATIVE typescript backend: the worker thread failed: the thread ended/);
  });

  it('sends a program to a worker once, and frees it there after dispose or garbage collection', async () => {
    const body = `
      const sent = [];
      process.on('worker', (worker) => {
        const post = worker.postMessage;
        worker.postMessage = (message, transfer) => {
          sent.push(message.type);
          post.call(worker, message, transfer);
        };
      });
      backend.setThreads(1);
      const twice = async (executable) => {
        for (let i = 0; i < 2; i++) await executable.runAsync([new Float32Array(4)], [new Float32Array(4)]);
      };
      // Starts the worker, so that everything after it is seen; kept, so that it is not freed.
      globalThis.first = softmax(1);
      await twice(globalThis.first);
      sent.length = 0;
      const disposed = softmax(1);
      await twice(disposed);
      disposed.dispose();
      await twice(softmax(1));
      for (let i = 0; i < 20 && sent.length < 8; i++) {
        globalThis.gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      console.log(sent.join(' '));
    `;
    expect(await inProcess(body)).toBe('program run run forget program run run forget');
  });
});

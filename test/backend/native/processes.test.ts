import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs one of children/, with standard output and standard error together. A child that hangs is killed. */
function runChild(name: string, env: NodeJS.ProcessEnv = {}, flags: readonly string[] = []): Promise<Outcome> {
  const script = fileURLToPath(new URL(`children/${name}.mjs`, import.meta.url));
  return outcomeOf([process.execPath, ...flags, script], env);
}

function outcomeOf([command, ...given]: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command as string, given, { env: { ...process.env, ...env }, timeout: 200_000 });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    child.on('close', (code, signal) => resolve({ code, signal, output: output.trim() }));
  });
}

/** Node 20 has `ArrayBuffer.prototype.transfer` behind a flag. */
const TRANSFER = 'transfer' in ArrayBuffer.prototype ? [] : ['--harmony-rab-gsab-transfer'];

const THREADS = ['1', '2', '4'];

describe('a process', () => {
  it.each(THREADS)('lives until its last run is delivered, and no longer (%s threads)', async (threads) => {
    const outcome = await runChild('exits-by-itself', { CONVKIT_THREADS: threads });
    expect(outcome).toEqual({ code: 0, signal: null, output: 'delivered' });
  });

  it.each(THREADS)('may call process.exit() while the pool works (%s threads)', async (threads) => {
    const outcome = await runChild('process-exit', { CONVKIT_THREADS: threads });
    expect(outcome).toEqual({ code: 7, signal: null, output: `leaving with ${threads} threads` });
  });

  it('gets exceptions of a callback as uncaught ones', async () => {
    const { output, ...outcome } = await runChild('throwing-done');
    expect(outcome).toEqual({ code: 0, signal: null });
    // Two threads may end their runs in any order.
    expect(output.split('\n').sort()).toEqual(['delivered', 'uncaught: from done']);
  });

  it('gets the memory of a burst back when it asks', async () => {
    const { output, ...outcome } = await runChild('burst', {}, ['--expose-gc']);
    expect({ ...outcome, output }).toMatchObject({ code: 0, signal: null });
    const { kept, released, left, ...use } = JSON.parse(output);
    expect(use).toEqual({ lent: 0, lost: 0, cached: 0 });
    // MiB for 18 results of 16, and the working memory of six runs.
    expect(kept).toBeGreaterThan(200);
    expect(released).toBeGreaterThan(200);
    expect(left).toBeLessThan(60);
  });

  it.runIf(process.platform === 'linux')('that runs out of memory gets typed errors, and goes on', async () => {
    const script = fileURLToPath(new URL('children/no-memory.mjs', import.meta.url));
    const limited = 'ulimit -v 4000000 && exec "$0" "$1"';
    const outcome = await outcomeOf(['sh', '-c', limited, process.execPath, script], {});
    const output = `${'ERR_NATIVE '.repeat(6)}fine fine 0`;
    expect(outcome).toEqual({ code: 0, signal: null, output });
  });

  it('gets the memory of programs back, disposed of or not', async () => {
    const { output, ...outcome } = await runChild('collected');
    expect({ ...outcome, output }).toMatchObject({ code: 0, signal: null });
    const { disposed, collected, kept } = JSON.parse(output);
    // MiB for 2000 programs.
    expect(kept).toBeGreaterThan(250);
    expect(disposed).toBeLessThan(40);
    expect(collected).toBeLessThan(160);
  });
});

describe('worker threads', () => {
  it.each(THREADS)('load the addon one after another and at once (%s threads)', async (threads) => {
    const outcome = await runChild('workers-load', { CONVKIT_THREADS: threads });
    const inWorker = '1,2,3 0';
    const expected = ['1,2,3', inWorker, inWorker, inWorker, inWorker, '1,2,3', inWorker, inWorker].join(' | ');
    expect(outcome).toEqual({ code: 0, signal: null, output: expected });
  });

  it.each(THREADS)('and the process may end in a callback, whatever else runs (%s threads)', async (threads) => {
    const outcome = await runChild('ends-in-done', { CONVKIT_THREADS: threads });
    const ends = 'exit 3, throw 1 from done, dispose 3, handle 4, wait 1, unharmed';
    expect(outcome).toEqual({ code: 5, signal: null, output: ends });
  });

  it('may end before the results that they handed on', async () => {
    const outcome = await runChild('moved-results', {}, TRANSFER);
    expect(outcome).toEqual({ code: 0, signal: null, output: '31 held, changed: none, 121 others' });
  });

  it.each(THREADS)('may be terminated at any moment of a run (%s threads)', async (threads) => {
    const outcome = await runChild('workers-terminate', { CONVKIT_THREADS: threads });
    expect(outcome).toEqual({ code: 0, signal: null, output: 'unharmed alive ERR_NATIVE' });
  });
});

import { describe, expect, it } from 'vitest';
import type { Backend, Executable } from '../../src/backend/backend.js';
import { createTypeScriptBackend } from '../../src/backend/typescript/backend.js';
import { Model } from '../../src/model/model.js';
import { readOnnx } from '../../src/model/onnx/read.js';
import { Specialisations } from '../../src/model/specialisations.js';
import { Tensor } from '../../src/tensor.js';
import { writeOnnx } from '../support/onnx-writer.js';
import { APART, RELU, SELECTION } from './specs.js';

const typescript = createTypeScriptBackend();

/** Knows which programs were compiled and not freed yet, and holds runs up until they are let go. */
class WatchedBackend implements Backend {
  readonly name = 'typescript';
  readonly isa = 'none';
  readonly threads = 1;
  readonly alive = new Set<Executable>();
  compiled = 0;
  #gate: Promise<void> = Promise.resolve();

  /** From now on, asynchronous runs end when told to, well or not. */
  holdUp() {
    let end!: { finish: () => void; fail: (reason: Error) => void };
    this.#gate = new Promise((finish, fail) => {
      end = { finish, fail };
    });
    return end;
  }

  setThreads(): void {}

  compile(program: Parameters<Backend['compile']>[0]): Executable {
    const plain = typescript.compile(program);
    const requireAlive = () => expect(this.alive, 'a program that was freed is used').toContain(watched);
    const watched: Executable = {
      run: (inputs, outputs) => {
        requireAlive();
        plain.run(inputs, outputs);
      },
      profile: (inputs, outputs) => {
        requireAlive();
        return plain.profile(inputs, outputs);
      },
      runAsync: async (inputs, outputs) => {
        requireAlive();
        plain.run(inputs, outputs);
        await this.#gate;
        requireAlive();
      },
      describe: () => {
        requireAlive();
        return plain.describe();
      },
      memory: () => plain.memory(),
      dispose: () => {
        this.alive.delete(watched);
        plain.dispose();
      },
    };
    this.compiled++;
    this.alive.add(watched);
    return watched;
  }

  allocate: Backend['allocate'] = (type, length) => typescript.allocate(type, length);
}

function watchedModel(spec: Parameters<typeof writeOnnx>[0], capacity: number) {
  const backend = new WatchedBackend();
  const graph = readOnnx(writeOnnx(spec));
  return { backend, model: new Model(graph, new Specialisations(graph, 0, capacity), backend) };
}

/** The first `boxes` of three, and as many scores: another set of shapes for another number. */
function boxesAndScores(boxes: number) {
  return {
    boxes: new Tensor(APART.data.slice(0, 4 * boxes), [1, boxes, 4]),
    scores: new Tensor(Float32Array.of(0.9, 0.8, 0.7).slice(0, boxes), [1, 1, boxes]),
  };
}

const ANY_BOXES = {
  ...SELECTION,
  inputs: [
    { name: 'boxes', shape: [1, 'n', 4] },
    { name: 'scores', shape: [1, 1, 'n'] },
  ],
};

describe('a model’s programs', () => {
  it('are freed when others take their place, and when the model is disposed of', () => {
    const { backend, model } = watchedModel(RELU, 2);
    for (const n of [1, 2, 1, 3, 1]) model.runSync(Tensor.zeros([n, 2]));
    expect([backend.compiled, backend.alive.size]).toEqual([3, 2]);
    model.dispose();
    expect(backend.alive.size).toBe(0);
  });

  it('live while a run needs them, and no longer', async () => {
    const { backend, model } = watchedModel(ANY_BOXES, 1);
    const held = backend.holdUp();
    const runs = [2, 3].map((boxes) => model.run(boxesAndScores(boxes)));
    expect([backend.compiled, backend.alive.size]).toEqual([2, 2]);
    held.finish();
    const results = await Promise.all(runs);
    expect(results.map(({ kept }) => kept.shape)).toEqual([
      [1, 4],
      [2, 4],
    ]);
    // Of the set of shapes that stays, both parts.
    expect([backend.compiled, backend.alive.size]).toEqual([4, 2]);
    model.dispose();
    expect(backend.alive.size).toBe(0);
  });

  it('are found by all runs that began before others took their place', async () => {
    const { backend, model } = watchedModel(ANY_BOXES, 1);
    await model.run(boxesAndScores(3));
    const held = backend.holdUp();
    const late = model.run(boxesAndScores(3));
    model.runSync(boxesAndScores(2));
    const { compiled } = backend;
    held.finish();
    await late;
    expect(backend.compiled).toBe(compiled);
  });

  it('are freed after a disposed model’s last run', async () => {
    const { backend, model } = watchedModel(ANY_BOXES, 2);
    const held = backend.holdUp();
    const running = model.run(boxesAndScores(3));
    model.dispose();
    expect(backend.alive.size).toBe(1);
    held.finish();
    expect((await running).kept.shape).toEqual([2, 4]);
    expect(backend.alive.size).toBe(0);
  });

  it('are freed after a run that failed', async () => {
    const { backend, model } = watchedModel(RELU, 1);
    const held = backend.holdUp();
    const running = model.run(Tensor.zeros([1, 2]));
    model.dispose();
    held.fail(new Error('out of memory'));
    await expect(running).rejects.toThrow('out of memory');
    expect(backend.alive.size).toBe(0);
  });
});

import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { differenceOf } from '../../src/bench/peers/difference.js';
import { LeftOut } from '../../src/bench/peers/left-out.js';
import { onnxModelOf } from '../../src/bench/peers/onnx-node.js';
import type { Peer } from '../../src/bench/peers/peer.js';
import { installedPeers, PEERS } from '../../src/bench/peers/peers.js';
import { takeTurns } from '../../src/bench/peers/turns.js';
import { measureCases } from '../../src/bench/run/cases.js';
import { convSubject } from '../../src/bench/run/conv-subject.js';
import { plansFor } from '../../src/bench/run/plans.js';
import { poolSubject } from '../../src/bench/run/pool-subject.js';
import type { LayerWork, Work } from '../../src/bench/run/subject.js';
import { parseBenchShape } from '../../src/bench/shapes/benchdnn.js';
import type { ConvShape, PoolShape } from '../../src/bench/shapes/shape.js';
import { conv2d, loadModel, maxPool2d } from '../../src/index.js';
import { runtime, setThreads } from '../../src/runtime.js';

const SAMPLING = { seconds: 0.001, samples: 2 };
const CONV = 'g2ic4ih6oc6kh3ph1';

/** Computes by convkit's own operators; `change` spoils the values. */
function fakePeer(about: Partial<Peer> & { change?: (value: number) => number } = {}): Peer & { disposed: number } {
  const { change = (value: number) => value, ...rest } = about;
  const peer = {
    name: 'fake',
    packages: ['fake-package'],
    disposed: 0,
    available: async () => ({ version: '1.0.0' }),
    refusal: () => undefined,
    subject: async (work: Work) => {
      const { shape, x, parameters } = work as LayerWork;
      const { kernelSize, stride } = shape;
      const padding = shape.padding.map(([before]) => before) as [number, number];
      const [weight, bias] = [parameters.get('weight'), parameters.get('bias')];
      const run = () =>
        shape.kind === 'pool' || weight === undefined
          ? maxPool2d(x, [...kernelSize], { stride: [...stride], padding })
          : conv2d(x, weight, { stride: [...stride], padding, groups: shape.groups, ...(bias && { bias }) });
      return {
        run: async () => run(),
        result: async () => run().data.map(change),
        dispose: () => void peer.disposed++,
      };
    },
    ...rest,
  };
  return peer;
}

const measured = (subjects: readonly string[], peers: readonly Peer[], leftOut = new LeftOut()) =>
  measureCases(
    plansFor({
      subjects,
      filters: [],
      threads: [1],
      algorithm: 'auto',
      models: 'no-such-folder',
      inputShape: undefined,
    }),
    {
      sampling: SAMPLING,
      company: { peers, onLeftOut: leftOut.add },
    },
  );

const { threads } = runtime();
afterEach(() => setThreads(threads));

describe('cases beside peers', () => {
  it('have the peer after convkit, by the same name and with the same operations', async () => {
    const peer = fakePeer();
    const [ours, theirs, ...rest] = await measured([CONV], [peer]);
    expect(rest).toEqual([]);
    expect([ours?.side, theirs?.side]).toEqual(['convkit', 'fake']);
    expect(theirs).toMatchObject({ suite: 'shapes', name: CONV, threads: 1, operations: ours?.operations });
    for (const one of [ours, theirs]) {
      expect(one).not.toHaveProperty('error');
      expect(one?.samples.length).toBeGreaterThanOrEqual(SAMPLING.samples);
      expect(one?.samples.every((time) => time > 0)).toBe(true);
    }
    expect(theirs).not.toHaveProperty('algorithm');
    expect(peer.disposed).toBe(1);
  });

  it('have an error instead of times where results differ', async () => {
    const peer = fakePeer({ change: (value) => 1.01 * value });
    const [ours, theirs] = await measured([CONV], [peer]);
    expect(ours?.samples.length).toBeGreaterThan(0);
    expect(theirs).toMatchObject({ samples: [], error: expect.stringContaining('differs') });
    expect(peer.disposed).toBe(1);
  });

  it("have an error where the peer throws, which is not the others'", async () => {
    const broken = fakePeer({ name: 'broken', subject: () => Promise.reject(new Error('no such kernel')) });
    const cases = await measured([CONV], [broken, fakePeer()]);
    expect(cases.map(({ side, error }) => [side, error])).toEqual([
      ['convkit', undefined],
      ['fake', undefined],
      ['broken', 'no such kernel'],
    ]);
  });

  it('leave a peer out that cannot do them, and count that once a reason', async () => {
    const leftOut = new LeftOut();
    const picky = fakePeer({
      refusal: (work) => ((work as LayerWork).shape.kind === 'conv' ? 'it only pools' : undefined),
    });
    const cases = await measured([CONV, 'ic2ih4oc2kh1', 'max:ic2ih4kh2sh2'], [picky], leftOut);
    expect(cases.map(({ side }) => side)).toEqual(['convkit', 'convkit', 'convkit', 'fake']);
    expect(leftOut.remarks()).toEqual(['fake: it only pools (2 cases left out)']);
  });

  it('are not made of what has no result to compare', async () => {
    const cases = await measured(['overhead'], [fakePeer()]);
    expect(new Set(cases.map(({ side }) => side))).toEqual(new Set(['convkit']));
  });
});

describe('turns', () => {
  /** The clock that is read, so that a run takes what a test says, on a busy machine too. */
  let now = 0;
  beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => now));
  afterEach(() => void vi.restoreAllMocks());

  it('give every side its samples in blocks, in an order that alternates', async () => {
    const blocks: string[] = [];
    const side = (name: string) => ({
      beforeBlock: async () => blocks.push(name),
      run: () => {
        now += 0.125;
      },
    });
    const both = await takeTurns([side('a'), side('b')], { seconds: 0.2, samples: 1 });
    // One block of each is for finding out how long a run takes; then 45 ms each, until 400 ms are over.
    expect(blocks.join(' ')).toBe('a b a b b a a b b a a b');
    const samples = new Array(5 * 15).fill(0.125);
    expect(both).toEqual([
      { runsPerSample: 8, samples },
      { runsPerSample: 8, samples },
    ]);
  });

  it('wait for promises, and tell the mean of a run', async () => {
    const run = async () => {
      await nextTurn();
      now += 20;
    };
    expect(await takeTurns([{ run }], { seconds: 0.001, samples: 2 })).toEqual([
      { runsPerSample: 1, samples: [20, 20] },
    ]);
  });
});

describe('differences', () => {
  it.each([
    [[1, -2], [1, -2.0001], undefined],
    [[1, -2], [1, -2.001], /differs from convkit's by 5\.0e-4 of the largest/],
    [[1, 2], [1], /has 1 values, where convkit has 2/],
    [[1, 2], [1, Number.NaN], /is NaN at 1, where convkit has 2/],
    [[0, 0], [0, 1e-9], /differs/],
  ])('%j and %j', (ours, theirs, expected) => {
    if (expected === undefined) expect(differenceOf(ours, theirs)).toBeUndefined();
    else expect(differenceOf(ours, theirs)).toMatch(expected);
  });
});

describe('installed peers', () => {
  const absent = fakePeer({ name: 'absent', available: async () => ({ reason: 'absent is not installed' }) });

  it('are those that are available, and each is told about', async () => {
    const notes: string[] = [];
    const present = fakePeer();
    expect(await installedPeers((text) => notes.push(text), [absent, present])).toEqual([present]);
    expect(notes).toEqual(['absent: absent is not installed', 'fake: 1.0.0']);
  });

  it('are asked for with the commands that install them', async () => {
    await expect(installedPeers(() => {}, [absent])).rejects.toThrow(/not installed.*\n {2}npm install fake-package$/);
  });

  it('never do on several threads what they do on one', () => {
    const { work, dispose } = convSubject(parseBenchShape(CONV) as ConvShape);
    const refusals = (count: number) => PEERS.map((peer) => [peer.name, peer.refusal(work, count) !== undefined]);
    expect(refusals(2)).toEqual([
      ['onnxruntime-node', false],
      ['tfjs-wasm', true],
      ['tfjs-cpu', true],
    ]);
    dispose();
  });
});

describe('ONNX models of one node', () => {
  it.each([CONV, 'g3ic3ih9iw7oc6kh3sh2ph1', 'ic2ih9oc4kh3ph2dh1', 'ic2ih8oc4kh3ph1oh9'])('%s', async (text) => {
    const subject = convSubject(parseBenchShape(text) as ConvShape);
    await expectSameByModel(subject);
    subject.dispose();
  });

  it.each(['max:ic2ih8kh3sh2ph1', 'avg_p:ic2ih8kh3sh2ph1', 'avg_np:ic2ih8kh3sh2ph1'])('%s', async (text) => {
    await expectSameByModel(poolSubject(parseBenchShape(text) as PoolShape));
  });

  async function expectSameByModel({ work, run }: ReturnType<typeof poolSubject>) {
    const model = await loadModel(onnxModelOf(work));
    const outputs = model.runSync({ x: work.x });
    expect(outputs.y?.shape).toEqual(run().shape);
    expect(differenceOf(run().data, outputs.y?.data as Float32Array)).toBeUndefined();
  }
});

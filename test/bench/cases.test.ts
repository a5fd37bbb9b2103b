import { describe, expect, it } from 'vitest';
import { measureCases, type Plan } from '../../src/bench/run/cases.js';
import type { Subject } from '../../src/bench/run/subject.js';

const SAMPLING = { seconds: 0.001, samples: 2 };

/** What happened, in order, and plans that tell. */
function journal() {
  const events: string[] = [];
  const plan = (name: string, change: Partial<Subject> = {}): Plan => ({
    suite: 'shapes',
    name,
    threads: 1,
    prepare: () => {
      events.push(`prepare ${name}`);
      return { operations: 6, bytes: 8, run: () => {}, dispose: () => void events.push(`dispose ${name}`), ...change };
    },
  });
  return { events, plan };
}

const broken = () => {
  throw new Error('out of order');
};

describe('measuring cases', () => {
  it('prepares one when its turn comes, and frees it before the next', async () => {
    const { events, plan } = journal();
    const cases = await measureCases([plan('a', { algorithm: 'gemm' }), plan('b')], { sampling: SAMPLING });
    expect(events).toEqual(['prepare a', 'dispose a', 'prepare b', 'dispose b']);
    const facts = { suite: 'shapes', side: 'convkit', threads: 1, operations: 6, bytes: 8 };
    expect(cases).toMatchObject([
      { ...facts, name: 'a', algorithm: 'gemm' },
      { ...facts, name: 'b' },
    ]);
    expect(cases[1]).not.toHaveProperty('algorithm');
    for (const { samples, runsPerSample } of cases) {
      expect(samples.length).toBeGreaterThanOrEqual(2);
      expect(samples.every((time) => time > 0)).toBe(true);
      expect(runsPerSample).toBeGreaterThanOrEqual(1);
    }
  });

  it('waits for what is prepared asynchronously', async () => {
    const { events, plan } = journal();
    const { prepare, ...rest } = plan('late');
    const [late] = await measureCases([{ ...rest, prepare: async () => prepare() }], { sampling: SAMPLING });
    expect(late.error).toBeUndefined();
    expect(events).toEqual(['prepare late', 'dispose late']);
  });

  it('reports what cannot be prepared in its place, and goes on', async () => {
    const { plan } = journal();
    const cases = await measureCases([plan('a'), { ...plan('b'), prepare: broken }, plan('c')], { sampling: SAMPLING });
    expect(cases.map(({ name, error }) => [name, error])).toEqual([
      ['a', undefined],
      ['b', 'out of order'],
      ['c', undefined],
    ]);
    expect(cases[1].samples).toEqual([]);
  });

  it.each([
    ['throws at once', broken],
    ['rejects', async () => broken()],
  ])('frees what %s', async (_, run) => {
    const { events, plan } = journal();
    const [failed] = await measureCases([plan('a', { run })], { sampling: SAMPLING });
    expect(failed).toMatchObject({ samples: [], error: 'out of order' });
    expect(events).toEqual(['prepare a', 'dispose a']);
  });

  it('reports a number of threads that cannot be had', async () => {
    const { events, plan } = journal();
    const [failed] = await measureCases([{ ...plan('a'), threads: 0 }], { sampling: SAMPLING });
    expect(failed.error).toMatch(/threads/i);
    expect(events).toEqual([]);
  });

  it('ends between two cases where it is aborted, with the reason', async () => {
    const { events, plan } = journal();
    const abort = new AbortController();
    const reason = new Error('enough');
    const stopping = plan('a', { run: () => abort.abort(reason) });
    await expect(measureCases([stopping, plan('b')], { sampling: SAMPLING }, undefined, abort.signal)).rejects.toBe(
      reason,
    );
    expect(events).toEqual(['prepare a', 'dispose a']);
  });

  it('tells before each case how far it is, and once more at the end', async () => {
    const { events, plan } = journal();
    await measureCases([plan('a'), plan('b')], { sampling: SAMPLING }, (done, total, next) => {
      events.push(`${done}/${total} ${next?.name}`);
    });
    expect(events.filter((event) => event.includes('/'))).toEqual(['0/2 a', '1/2 b', '2/2 undefined']);
    expect(events.indexOf('0/2 a')).toBeLessThan(events.indexOf('prepare a'));
    expect(events.indexOf('1/2 b')).toBeLessThan(events.indexOf('prepare b'));
  });
});

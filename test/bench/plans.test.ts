import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BenchError } from '../../src/bench/bench-error.js';
import { plansFor, type Selection, SUITES } from '../../src/bench/run/plans.js';

const SHAPE = 'ic4ih8oc4kh3ph1';

const plans = (change: Partial<Selection>) =>
  plansFor({
    subjects: [SHAPE],
    filters: [],
    threads: [1],
    algorithm: 'auto',
    models: 'no-such-folder',
    inputShape: undefined,
    ...change,
  });
const named = (change: Partial<Selection>) =>
  plans(change).map(({ suite, name, threads }) => `${suite}/${name}@${threads}`);

describe('what is measured', () => {
  it('is whole suites, in the order in which they are named', () => {
    const suites = plans({ subjects: ['overhead', 'pool', 'layers'] }).map(({ suite }) => suite);
    expect([...new Set(suites)]).toEqual(['overhead', 'pool', 'layers']);
    expect(suites.filter((suite) => suite === 'layers')).toHaveLength(24);
    expect(suites.filter((suite) => suite === 'pool')).toHaveLength(16);
  });

  it.each(SUITES.filter((suite) => suite !== 'models'))('knows the suite %s', (suite) => {
    expect(new Set(plans({ subjects: [suite] }).map((plan) => plan.suite))).toEqual(new Set([suite]));
  });

  it('is the networks of a folder, or one of a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'convkit-models-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const name of ['b.onnx', 'a.onnx', 'notes.txt']) writeFileSync(join(folder, name), '');
    expect(named({ subjects: ['models'], models: folder })).toEqual(['models/a@1', 'models/b@1']);
    expect(named({ subjects: ['elsewhere/c.onnx'] })).toEqual(['models/c@1']);
  });

  it('is shapes, by the names that they were given', () => {
    expect(named({ subjects: [SHAPE, 'avg_np:ic2ih4kh2sh2'] })).toEqual([
      `shapes/${SHAPE}@1`,
      'shapes/avg_np:ic2ih4kh2sh2@1',
    ]);
  });

  it('is what has any of the filters in its name', () => {
    expect(named({ subjects: ['layers'], filters: ['resnext', 'deeplab'] })).toEqual([
      'layers/resnext_3x3_g32_128_56@1',
      'layers/deeplab_3x3_d2_256_28@1',
    ]);
  });

  it('is everything on the first number of threads, then on the next', () => {
    expect(named({ subjects: [SHAPE, 'ic1ih1oc1kh1'], threads: [2, 1] })).toEqual([
      `shapes/${SHAPE}@2`,
      'shapes/ic1ih1oc1kh1@2',
      `shapes/${SHAPE}@1`,
      'shapes/ic1ih1oc1kh1@1',
    ]);
  });

  it('is every algorithm where all are asked for, but for poolings, which have none', () => {
    expect(named({ subjects: [SHAPE, 'ic2ih4kh2sh2'], algorithm: 'all' })).toEqual([
      ...['direct', 'gemm', 'winograd', 'depthwise', 'fft'].map((algorithm) => `shapes/${SHAPE}:${algorithm}@1`),
      'shapes/ic2ih4kh2sh2@1',
    ]);
  });

  it('keeps the plain name where one algorithm is asked for, so that files of two of them can be compared', () => {
    expect(named({ algorithm: 'gemm' })).toEqual([`shapes/${SHAPE}@1`]);
  });

  it('has each case once, however often it is asked for', () => {
    expect(
      named({ subjects: [SHAPE, 'overhead', SHAPE, 'overhead'], filters: ['ic4', 'ReLU'], threads: [1, 1] }),
    ).toEqual([`shapes/${SHAPE}@1`, 'overhead/ReLU.forward@1']);
  });

  it('prepares the algorithm that was asked for', async () => {
    const [plan] = plans({ algorithm: 'gemm' });
    const subject = await plan.prepare();
    expect(subject.algorithm).toBe('gemm');
    subject.dispose();
  });
});

describe('what cannot be measured', () => {
  it.each([
    [
      { subjects: ['nonsense'] },
      "there is no suite 'nonsense': there are layers, networks, pool, models, image, overhead",
    ],
    [{ subjects: ['ic3ih8oc4kh9'] }, "shape 'ic3ih8oc4kh9'"],
    [{ subjects: ['models'] }, 'but no-such-folder has none: name another with --models'],
    [{ filters: ['resnet', 'vgg'] }, "no case has 'resnet' or 'vgg' in its name"],
  ] as const)('%o', (change, message) => {
    expect(() => plans(change)).toThrow(BenchError);
    expect(() => plans(change)).toThrow(message);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { modelSubject } from '../../src/bench/run/model-subject.js';
import type { ModelSpec } from '../support/onnx-writer.js';
import { writeOnnx } from '../support/onnx-writer.js';

/** Four 1×1 filters over images of any size, then a rectifier. */
const NETWORK: ModelSpec = {
  nodes: [
    { operator: 'Conv', inputs: ['x', 'w'], outputs: ['c'] },
    { operator: 'Relu', inputs: ['c'], outputs: ['y'] },
  ],
  inputs: [{ name: 'x', shape: ['n', 3, 'h', 'w'] }],
  outputs: [{ name: 'y', shape: ['n', 4, 'h', 'w'] }],
  initializers: { w: { shape: [4, 3, 1, 1], values: Array.from({ length: 12 }, (_, i) => i - 6) } },
};

function fileOf(spec: ModelSpec): string {
  const folder = mkdtempSync(join(tmpdir(), 'convkit-model-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'network.onnx');
  writeFileSync(file, writeOnnx(spec));
  return file;
}

describe('a network', () => {
  it('is fed one image of 224 × 224 where its file leaves that free', async () => {
    const subject = await modelSubject(fileOf(NETWORK));
    expect(subject.work.feeds.x.shape).toEqual([1, 3, 224, 224]);
    expect(subject.run().shape).toEqual([1, 4, 224, 224]);
    expect(subject.operations).toBe(2 * 4 * 3 * 224 * 224);
    expect(subject.bytes).toBe(4 * (12 + 7 * 224 * 224));
    subject.dispose();
  });

  it('is fed what is asked for', async () => {
    const subject = await modelSubject(fileOf(NETWORK), [2, 3, 5, 7]);
    expect(subject.work).toMatchObject({ output: 'y' });
    expect(subject.run().shape).toEqual([2, 4, 5, 7]);
    subject.dispose();
  });

  it('says what is wrong with its file', async () => {
    await expect(modelSubject('no-such-file.onnx')).rejects.toThrow('no-such-file.onnx');
    await expect(modelSubject(fileOf(NETWORK), [1, 4, 5, 5])).rejects.toThrow();
  });
});

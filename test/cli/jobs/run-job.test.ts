import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Job, rowShape } from '../../../src/cli/jobs/job.js';
import { jobFactsOf } from '../../../src/cli/jobs/job-facts.js';
import { runJob } from '../../../src/cli/jobs/run-job.js';
import { Work } from '../../../src/cli/jobs/work.js';
import { compileRecipe } from '../../../src/image/recipe/recipe.js';
import { temporaryFolder, writePictures } from './pictures.js';

const COUNT = 10;
const MANNER = { overwrite: false, restart: false, syncMs: Number.POSITIVE_INFINITY };
const recipe = compileRecipe({ resize: 24, crop: 20 });
const shape = rowShape(recipe);

async function jobOf(folder: string, out: string, more: Partial<Job> = {}): Promise<Job> {
  const files = Array.from({ length: COUNT }, (_, i) => join(folder, 'in', `000${i}.jpg`));
  return {
    files,
    unreadable: new Map(),
    recipe,
    out: join(folder, out),
    format: 'npy',
    shardRows: 1,
    shape,
    outcomesOf: async (batch) =>
      Array.from({ length: batch.shape[0] }, (_, i) => ({ values: batch.data.subarray(i * 1200, (i + 1) * 1200) })),
    facts: await jobFactsOf({}, files),
    limits: { workers: 2, ahead: 2, pixels: 2 ** 20, held: 2 ** 19 },
    batchRows: 2,
    pixelLimit: 2 ** 20,
    failOn: 'warning',
    strict: false,
    ...more,
  };
}

/** Runs what is left of a job, and interrupts it when so many inputs are done. */
async function runUntil(job: Job, inputs: number) {
  const interruption = new AbortController();
  const work = await Work.open(job, MANNER);
  try {
    const ending = await runJob(job, work, interruption.signal, (done) => {
      if (done >= inputs) interruption.abort();
    });
    return { ending, from: work.resumed.inputs, to: work.mark.inputs };
  } finally {
    await work.close();
  }
}

describe('a job', () => {
  it('that is interrupted ends with its batch, and goes on behind it to the same bytes', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), COUNT, 4);
    const [whole, broken] = [await jobOf(folder, 'whole.npy'), await jobOf(folder, 'broken.npy')];
    expect((await runUntil(whole, Number.POSITIVE_INFINITY)).ending).toBe('complete');
    expect(await runUntil(broken, 2)).toEqual({ ending: 'interrupted', from: 0, to: 2 });
    expect(await runUntil(broken, 7)).toEqual({ ending: 'interrupted', from: 2, to: 7 });
    expect(existsSync(broken.out)).toBe(false);
    expect(await runUntil(broken, Number.POSITIVE_INFINITY)).toEqual({ ending: 'complete', from: 7, to: COUNT });
    for (const part of ['', '.index.jsonl', '.errors.jsonl']) {
      expect(readFileSync(broken.out + part).equals(readFileSync(whole.out + part))).toBe(true);
    }
  });
});

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { carryOut } from '../../../src/cli/jobs/carry-out.js';
import { type Job, rowShape } from '../../../src/cli/jobs/job.js';
import { jobFactsOf } from '../../../src/cli/jobs/job-facts.js';
import { runJob } from '../../../src/cli/jobs/run-job.js';
import { Work } from '../../../src/cli/jobs/work.js';
import { compileRecipe } from '../../../src/image/recipe/recipe.js';
import { convkit } from '../convkit.js';
import { picture, readLines, temporaryFolder, write, writePictures } from './pictures.js';

const recipe = compileRecipe({ resize: 24, crop: 20 });
const WORDS = ['preprocess', 'in', '--resize', '24', '--crop', '20'];
const VALUES = { syncSeconds: 3600, overwrite: false, restart: false, quiet: true };

/** A job of ten images, two at a time; `onBatch` is told how many came to it. */
async function jobOf(folder: string, more: Partial<Job>, onBatch: (images: number) => void = () => {}): Promise<Job> {
  const files = readdirSync(join(folder, 'in')).map((name) => join(folder, 'in', name));
  let images = 0;
  return {
    files,
    unreadable: new Map(),
    recipe,
    out: join(folder, 'out.npy'),
    format: 'npy',
    shardRows: 1,
    shape: rowShape(recipe),
    outcomesOf: async (batch) => {
      images += batch.shape[0];
      onBatch(images);
      return Array.from({ length: batch.shape[0] }, (_, i) => ({
        values: batch.data.subarray(i * 1200, (i + 1) * 1200),
      }));
    },
    facts: await jobFactsOf({}, files),
    limits: { workers: 2, ahead: 2, pixels: 2 ** 20, held: 2 ** 19 },
    batchRows: 2,
    pixelLimit: 2 ** 20,
    failOn: 'warning',
    strict: false,
    ...more,
  };
}

/** Carries a job out that is interrupted when so many images have come to it. */
async function interruptAt(folder: string, images: number, more: Partial<Job>) {
  const interruption = new AbortController();
  const job = await jobOf(folder, more, (done) => {
    if (done >= images) interruption.abort();
  });
  const noted: string[] = [];
  const context = { print: () => {}, paint: (_: unknown, text: string) => text, signal: interruption.signal };
  const ending = await carryOut('preprocess', job, VALUES, { ...context, note: (text) => void noted.push(text) });
  return { ending, noted };
}

describe('an interrupt', () => {
  it('says where the same words go on: of shards behind the last one that is full, whatever the time', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 10);
    const shards = { format: 'safetensors', out: join(folder, 'out'), shardRows: 3 } as const;
    expect(await interruptAt(folder, 5, shards)).toEqual({
      ending: 130,
      noted: ['interrupted after 5 of 10 images; the same words go on after 3'],
    });
    expect(await interruptAt(folder, 5, shards)).toEqual({
      ending: 130,
      noted: ['going on after 3 of 10 images', 'interrupted after 8 of 10 images; the same words go on after 6'],
    });
    expect(await interruptAt(folder, 99, shards)).toMatchObject({
      ending: { mark: { inputs: 10, rows: 10 } },
      noted: ['going on after 6 of 10 images'],
    });
  });

  it('within the first shard says that nothing is kept; of rows in one file all are', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 10);
    const shards = { format: 'safetensors', out: join(folder, 'out'), shardRows: 100 } as const;
    expect((await interruptAt(folder, 4, shards)).noted).toEqual([
      'interrupted after 4 of 10 images; the same words begin anew',
    ]);
    expect((await interruptAt(folder, 4, {})).noted).toEqual([
      'interrupted after 4 of 10 images; the same words go on after 4',
    ]);
  });
});

describe('what comes to be at the name of the result', () => {
  it.each(['npy', 'safetensors'] as const)('while the work is done is left alone: %s', async (format) => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 10, 4);
    const out = join(folder, 'out');
    const job = await jobOf(folder, { format, out, shardRows: 3 }, (images) => {
      if (images < 8) return;
      if (format === 'npy') writeFileSync(out, 'mine');
      else {
        mkdirSync(out);
        writeFileSync(join(out, 'mine.txt'), 'mine');
      }
    });
    const manner = { overwrite: false, restart: false, syncMs: 0 };
    const mine = join(folder, format === 'npy' ? 'out' : 'out/mine.txt');
    const work = await Work.open(job, manner);
    const running = runJob(job, work, new AbortController().signal, () => {});
    await expect(running).rejects.toThrow(`'${out}' came to be there meanwhile and is left alone`);
    await work.close();
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    rmSync(out, { recursive: true });
    // The next run only gives the names, and knows what was no good.
    const again = await Work.open(job, manner);
    expect(await runJob(job, again, new AbortController().signal, () => {})).toBe('complete');
    expect(again.mark).toMatchObject({ inputs: 10, rows: 8, errors: 2 });
    await again.close();
    expect(readdirSync(folder).sort()).toEqual(['in', 'out', 'out.errors.jsonl', 'out.index.jsonl']);
  });
});

describe('--strict', () => {
  it('ends at an image that the recipe refuses, and keeps what came before it', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'in'), 5);
    // Resized to a shorter side of 256, this one would be 2^24 pixels wide and more.
    write(join(folder, 'in/0003-wide.png'), await picture(65_600, 1).png().toBuffer());
    const words = ['preprocess', 'in', '-o', 'x.npy', '--resize', '256', '--crop', '20', '--batch', '4'];
    const lenient = await convkit(folder, ...words);
    expect(lenient).toMatchObject({ code: 1, err: expect.stringContaining('1 file was no good') });
    const [{ file, reason }] = readLines<{ file: string; reason: string }>(join(folder, 'x.npy.errors.jsonl'));
    expect(file).toBe('in/0003-wide.png');
    const strict = await convkit(folder, ...words, '--strict', '--overwrite');
    expect(strict).toEqual({ code: 1, out: '', err: `convkit preprocess: ${file}: ${reason}\n` });
    rmSync(join(folder, 'in/0003-wide.png'));
    await picture(40, 40).png().toFile(join(folder, 'in/0003-wide.png'));
    expect(await convkit(folder, ...words, '--strict', '--overwrite')).toMatchObject({
      code: 0,
      err: 'going on after 3 of 6 images\n',
    });
  });
});

describe('why a file is no good', () => {
  it('is said in the same words in every run, with the cause', async () => {
    const folder = temporaryFolder();
    const formats = { jpg: 'jpeg', png: 'png', tif: 'tiff', webp: 'webp', gif: 'gif' } as const;
    const whole = Object.entries(formats).map(
      async ([end, format]) => [end, await picture(200, 150).toFormat(format).toBuffer()] as const,
    );
    for (let i = 0; i < 60; i++) {
      const [end, bytes] = await whole[i % whole.length];
      const broken = Buffer.from(i % 3 === 0 ? bytes.subarray(0, Math.floor(bytes.length * (0.3 + 0.01 * i))) : bytes);
      if (i % 3 !== 0) for (let k = 0; k < 40; k++) broken[60 + ((k * 97 + i * 31) % (broken.length - 60))] ^= 0x5a;
      write(join(folder, 'in', `${String(i).padStart(2, '0')}.${end}`), broken);
    }
    const texts = new Set<string>();
    for (const workers of ['1', '8', '8', '16']) {
      const { code } = await convkit(folder, ...WORDS, '-o', 'x.npy', '--workers', workers, '--overwrite');
      expect(code).toBe(1);
      texts.add(readFileSync(join(folder, 'x.npy.errors.jsonl'), 'utf8'));
    }
    expect(texts.size).toBe(1);
    const reasons = readLines<{ reason: string }>(join(folder, 'x.npy.errors.jsonl')).map(({ reason }) => reason);
    expect(reasons.length).toBeGreaterThan(30);
    // What libvips says in its first line is only that a warning is an error here.
    expect(reasons.some((reason) => /^Warning treated as error due to failOn setting; ./.test(reason))).toBe(true);
    for (const reason of reasons) expect(reason).toMatch(/^[^\n]*[^\s:]$/);
  });
});

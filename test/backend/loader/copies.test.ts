import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtAddon, HERE, Installed } from './installed.js';

/** Of one version, as package managers leave them where two dependencies of a program each have their own. */
describe.runIf(builtAddon !== undefined)('two copies of convkit in one process', () => {
  let copies: Installed[];

  beforeAll(() => {
    copies = [new Installed(), new Installed()];
    for (const copy of copies) copy.addPackage(HERE, readFileSync(builtAddon ?? ''));
  });
  afterAll(() => {
    for (const copy of copies) copy.remove();
  });

  const PROGRAM = `
    import { isMainThread, Worker, workerData } from 'node:worker_threads';
    const [{ data }, count] = isMainThread ? [{ data: process.argv.slice(2) }, 2] : [workerData, 0];
    const libraries = await Promise.all(data.map((url) => import(url)));
    const answers = await Promise.all(libraries.map(async (convkit) => {
      const x = convkit.Tensor.zeros([1, 8, 64, 64]);
      const weight = convkit.Tensor.zeros([8, 8, 3, 3]);
      const bias = convkit.Tensor.from([1, 2, 3, 4, 5, 6, 7, 8]);
      const now = convkit.conv2d(x, weight, { bias, padding: 1 });
      const later = await convkit.conv2dAsync(x, weight, { bias, padding: 1 });
      return [convkit.runtime().backend, now.data.at(-1), later.data.at(-1)].join(' ');
    }));
    console.log(answers.join(', '));
    await Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
      new Worker(new URL(import.meta.url), { workerData: { data } }).on('error', reject).on('exit', resolve);
    })));
  `;

  it('each load their own addon, in worker threads too', () => {
    const [first] = copies;
    const program = first?.addFile('program.mjs', PROGRAM) ?? '';
    const urls = copies.map(({ convkit }) => pathToFileURL(join(convkit, 'dist/bundle/index.js')).href);
    const { lines, stderr, status } = first!.start([program, ...urls]);
    expect({ lines, stderr, status }).toEqual({
      lines: Array(3).fill('native 8 8, native 8 8'),
      stderr: '',
      status: 0,
    });
  });
});

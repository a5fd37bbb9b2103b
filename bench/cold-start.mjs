/**
 * From `import` to the first result: the network of the digits example, in fresh processes of Node, and beside it the
 * import alone. Milliseconds, without what Node itself takes to start.
 */
import { spawnSync } from 'node:child_process';
import { median } from './samples.mjs';

const PROCESSES = 31;
const PACKAGE = new URL('../dist/bundle/index.js', import.meta.url).href;
const NETWORK = new URL('../examples/digits/network.mjs', import.meta.url).href;

const CHILD = `
  const start = performance.now();
  const { Tensor } = await import('${PACKAGE}');
  const imported = performance.now();
  const { loadNetwork } = await import('${NETWORK}');
  const network = await loadNetwork();
  const { shape } = network.forward(Tensor.zeros([1, 1, 28, 28]));
  if (shape[1] !== 10) throw new Error('no result');
  console.log(JSON.stringify([imported - start, performance.now() - start]));
`;

export async function run() {
  const times = Array.from({ length: PROCESSES }, () => {
    const words = ['--input-type=module', '-e', CHILD];
    const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  });
  console.log(`${''.padEnd(24)}  median      min`);
  for (const [i, name] of ['import', 'to the first result'].entries()) {
    const sorted = times.map((pair) => pair[i]);
    console.log(
      `${name.padEnd(24)}${median(sorted).toFixed(1).padStart(8)} ${Math.min(...sorted)
        .toFixed(1)
        .padStart(8)}`,
    );
  }
}

// Programs that are disposed of, or that nobody holds any more, give their memory back. The collector only comes
// because it was told what hangs on each handle: there is little JavaScript memory here to make it come.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { addon, longProgram } from './support.mjs';

const PROGRAMS = 2000;

async function growth(use) {
  const before = process.memoryUsage.rss();
  let most = 0;
  for (let i = 0; i < PROGRAMS; i++) {
    use(longProgram(1));
    if (i % 10 === 0) await nextTurn();
    most = Math.max(most, process.memoryUsage.rss() - before);
  }
  return Math.round(most / 2 ** 20);
}

await growth((program) => addon.dispose(program));
const disposed = await growth((program) => addon.dispose(program));
const collected = await growth(() => {});
const held = [];
const kept = await growth((program) => held.push(program));
console.log(JSON.stringify({ disposed, collected, kept }));

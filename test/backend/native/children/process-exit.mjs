// process.exit() while the pool works.
import { addon, longProgram, SIZE, sleep, start } from './support.mjs';

const program = longProgram(500);
for (let i = 0; i < 4; i++) start(program, SIZE).then(() => console.log('must not come'));
await sleep(20);
console.log(`leaving with ${addon.runtime().threads} threads`);
process.exit(7);

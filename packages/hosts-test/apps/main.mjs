import { work } from './work.mjs';

// One result a line of its own, whatever else a host or a bundler's runtime has to say.
console.log(`RESULT ${JSON.stringify(await work(process.argv[2]))}`);

// As main.mjs, for programs that become CommonJS, where nothing is awaited outside functions.
import { work } from './work.mjs';

work(process.argv[2]).then((result) => console.log(`RESULT ${JSON.stringify(result)}`));

// An exception in a `done` is the process's uncaught exception, as in any callback, and others are still called.
import { addon, copyProgram, start } from './support.mjs';

process.on('uncaughtException', (error) => console.log(`uncaught: ${error.message}`));
const program = copyProgram(3);
addon.runAsync(program, [new Float32Array(3)], [new Float32Array(3)], () => {
  throw new Error('from done');
});
start(program, 3).then((error) => console.log(error ?? 'delivered'));

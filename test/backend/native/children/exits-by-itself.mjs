// The last run keeps the process alive until it is delivered; nothing keeps it alive afterwards.
import { longProgram, SIZE, start } from './support.mjs';

start(longProgram(3), SIZE).then((error) => console.log(error ?? 'delivered'));

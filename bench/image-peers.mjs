import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./image-peers.py', import.meta.url));

/** A process of Python that holds OpenCV and Pillow, where they are installed; undefined where they are not. */
export async function pythonPeers(imageFile, kernel) {
  const child = spawn('/usr/bin/python3', [SCRIPT, imageFile, JSON.stringify(kernel)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.on('error', () => {});
  const { value: greeting } = await lines.next();
  if (greeting === undefined) return undefined;
  const { versions, cases } = JSON.parse(greeting);
  return {
    versions,
    has: (name) => cases.includes(name),
    /** Milliseconds of each of so many runs. */
    async time(name, repeats) {
      child.stdin.write(`${name} ${repeats}\n`);
      return JSON.parse((await lines.next()).value);
    },
    async close() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

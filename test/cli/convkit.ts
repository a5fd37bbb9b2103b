import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { commandEnvironment } from './environment.js';

/** The script of the command. */
export const main = fileURLToPath(new URL('../../dist/bundle/cli.js', import.meta.url));

/** Starts the command as a user would. */
export function startConvkit(cwd: string, words: readonly string[]) {
  return spawn(process.execPath, [main, ...words], { cwd, env: commandEnvironment() });
}

/** Runs it to its end. */
export async function convkit(cwd: string, ...words: string[]) {
  const child = startConvkit(cwd, words);
  child.stdin.end();
  const [out, err] = [child.stdout, child.stderr].map(async (stream) => (await stream.toArray()).join(''));
  const [code] = await once(child, 'close');
  return { code: code as number | null, out: await out, err: await err };
}

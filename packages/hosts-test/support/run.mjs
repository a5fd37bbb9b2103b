import { spawn } from 'node:child_process';

/** Of this process's environment what a program needs at all, so that no setting of a developer's decides a test. */
export const PLAIN_ENVIRONMENT = { PATH: process.env.PATH, LANG: 'C.UTF-8' };

const MINUTES = 60_000;

/**
 * @param {string[]} command
 * @param {{ cwd: string, env?: object, minutes?: number }} where
 * @returns {Promise<string>} standard output and error together
 * @throws Error with all it printed where it fails, or takes longer than `minutes`.
 */
export async function run(command, where) {
  const { code, output } = await tryRun(command, where);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output.slice(-6000)}`);
  return output;
}

/** As `run`, but whoever calls it judges `code`. */
export function tryRun([program, ...words], { cwd, env = {}, minutes = 3 }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd,
      env: { ...PLAIN_ENVIRONMENT, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    // Its whole group: a bundler's own processes must not outlive it.
    const timer = setTimeout(() => {
      output += `\n(ended: it took longer than ${minutes} minutes)`;
      process.kill(-child.pid, 'SIGKILL');
    }, minutes * MINUTES);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, output });
    });
  });
}

/** A line of a shell, as the docs print it. */
export const shell = (line, where) => run(['sh', '-euc', line], where);

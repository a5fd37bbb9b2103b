import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * Does what a Dockerfile says, in a folder instead of an image: no engine for containers is needed, and none of its isolation is
 * had. WORKDIR is the folder; FROM and USER are left to Docker.
 *
 * @param {string} file @param {{ folder: string, env: object, npmFlags?: string[] }} where
 * @returns {Promise<string>} what CMD printed; undefined where `skipsCommand`
 */
export async function runDockerfile(file, { folder, env, skipsCommand = false }) {
  const context = join(file, '..');
  const variables = { ...env };
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, instruction, rest] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === 'ENV') {
      const [name, value] = rest.split('=');
      variables[name] = value;
    } else if (instruction === 'COPY') {
      const words = rest.split(' ');
      const target = join(folder, words.pop());
      mkdirSync(target, { recursive: true });
      // The lock is the caller's to make: it names a version that is in no registry yet.
      for (const name of words.filter((one) => !one.startsWith('package')))
        cpSync(join(context, name), join(target, name));
    } else if (instruction === 'RUN') {
      await run(['sh', '-euc', rest], { cwd: folder, env: variables });
    } else if (instruction === 'CMD' && !skipsCommand) {
      return run(JSON.parse(rest), { cwd: folder, env: variables });
    } else if (instruction !== undefined && !['FROM', 'WORKDIR', 'USER', 'CMD'].includes(instruction)) {
      throw new Error(`${file}: ${instruction} is not understood`);
    }
  }
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BenchError } from '../bench-error.js';

const execute = promisify(execFile);

/** Where a build has the command: the published file, or else the compiled module. */
const COMMANDS = ['dist/bundle/cli.js', 'dist/cli/main.js'];
/** Output of npm and of compilers that is kept for an error's message. */
const MOST_OUTPUT = 64 * 2 ** 20;

/** A version that can be measured. */
export interface Build {
  readonly name: string;
  readonly command: string;
  dispose(): Promise<void>;
}

/**
 * A build to measure: a directory that has one, or else a revision of the git repository around `cwd`, which is checked
 * out in a worktree of its own, installed and built there.
 *
 * @param onStep Told what is done, because building takes minutes.
 * @throws BenchError where it is neither, or does not build
 */
export async function prepareBuild(name: string, cwd: string, onStep: (what: string) => void): Promise<Build> {
  const directory = resolve(cwd, name);
  const built = commandIn(directory);
  if (built !== undefined) return { name, command: built, dispose: async () => {} };
  if (existsSync(directory)) {
    throw new BenchError(`${name}: there is no ${COMMANDS[0]} in it: run \`npm run build\` there`);
  }
  const commit = await revisionOf(name, cwd);
  const worktree = await mkdtemp(join(tmpdir(), 'convkit-bench-'));
  const dispose = async () => {
    await run('git', ['worktree', 'remove', '--force', worktree], cwd).catch(() => {});
    await rm(worktree, { recursive: true, force: true });
  };
  try {
    onStep(`checking out ${name} (${commit.slice(0, 10)})`);
    await run('git', ['worktree', 'add', '--detach', '--force', worktree, commit], cwd);
    onStep(`installing ${name}`);
    await run('npm', ['ci'], worktree);
    onStep(`building ${name}`);
    await run('npm', ['run', 'build'], worktree);
    const command = commandIn(worktree);
    if (command === undefined) throw new BenchError(`${name} has no ${COMMANDS[0]}: it is too old to be measured`);
    return { name, command, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function commandIn(directory: string): string | undefined {
  return COMMANDS.map((file) => join(directory, file)).find((file) => existsSync(file));
}

async function revisionOf(name: string, cwd: string): Promise<string> {
  try {
    const { stdout } = await execute('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { cwd });
    return stdout.trim();
  } catch (cause) {
    throw new BenchError(`${name} is neither a directory nor a revision of a git repository here`, { cause });
  }
}

async function run(program: string, words: readonly string[], cwd: string): Promise<void> {
  try {
    await execute(program, words, { cwd, maxBuffer: MOST_OUTPUT });
  } catch (cause) {
    const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
    const last = `${stdout}${stderr}`.trim().split('\n').slice(-8).join('\n');
    throw new BenchError(`\`${program} ${words.join(' ')}\` failed in ${cwd}:\n${last}`, { cause });
  }
}

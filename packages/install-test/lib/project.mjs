/** An empty project, and what one does in it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environment } from './machine.mjs';
import { runToEnd } from './processes.mjs';

const MOST_TIME_MS = 180_000;

/** Of what a failed command printed, from either end: npm puts the reason before a page of help, compilers at the end. */
const SHOWN_CHARACTERS = 2000;

/**
 * The project of a folder, an empty one where there is none yet.
 *
 * @param {string} folder for the project and for all that its commands write, apart from caches
 * @param {{ bin: string, caches: string, registry: string }} context
 * @param {(line: string) => void} say gets a line for each command
 */
export function projectIn(folder, context, say) {
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  for (const made of [home, temporary]) mkdirSync(made, { recursive: true });
  const project = new Project(join(folder, 'project'), environment({ ...context, home, temporary }), say);
  if (!project.has('package.json')) project.write({ 'package.json': { private: true } });
  return project;
}

class Project {
  #env;
  #say;

  constructor(folder, env, say) {
    this.folder = folder;
    this.#env = env;
    this.#say = say;
  }

  /** The same project with more in its environment; `undefined` takes a variable away. */
  withEnv(variables) {
    return new Project(this.folder, { ...this.#env, ...variables }, this.#say);
  }

  /** Another folder with the same environment. */
  beside(name) {
    const other = new Project(join(dirname(this.folder), name), this.#env, this.#say);
    other.write({ 'package.json': { private: true } });
    return other;
  }

  path(...names) {
    return join(this.folder, ...names);
  }

  has(...names) {
    return existsSync(this.path(...names));
  }

  /** The names in a folder, sorted; none where there is no folder. */
  list(...names) {
    return this.has(...names) ? readdirSync(this.path(...names)).sort() : [];
  }

  json(...names) {
    return JSON.parse(readFileSync(this.path(...names), 'utf8'));
  }

  /** Texts as they are, objects as JSON. */
  write(files) {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
      writeFileSync(this.path(name), text);
    }
  }

  /** A command that may fail: its status and what it printed. It must end, though. */
  async attempt(command, ...words) {
    const options = { cwd: this.folder, env: this.#env, timeoutMs: MOST_TIME_MS };
    const result = await runToEnd(command, words, options);
    const line = [command, ...words.map(quoted)].join(' ');
    this.#say(`$ ${line}  (${result.seconds.toFixed(1)} s)`);
    if (result.isLate) throw new Error(`${line} did not end within ${MOST_TIME_MS / 1000} s${tail(result)}`);
    return result;
  }

  /** A command that must succeed. */
  async run(command, ...words) {
    const result = await this.attempt(command, ...words);
    if (result.status !== 0) {
      throw new Error(`${[command, ...words].join(' ')} ended with ${result.status}${tail(result)}`);
    }
    return result;
  }

  npm(...words) {
    return this.run('npm', ...words);
  }
}

/** Short enough for a line of the report. */
function quoted(word) {
  const short = word.length > 100 ? `${word.slice(0, 97).replaceAll('\n', ' ')}…` : word;
  return /^[\w@%+=:,./^~-]+$/.test(short) ? short : `'${short}'`;
}

function tail({ stdout, stderr }) {
  const printed = `${stdout}\n${stderr}`.trim();
  if (printed === '') return ', and printed nothing';
  if (printed.length <= 2 * SHOWN_CHARACTERS) return `, and printed:\n${printed}`;
  return `, and printed:\n${printed.slice(0, SHOWN_CHARACTERS)}\n[…]\n${printed.slice(-SHOWN_CHARACTERS)}`;
}

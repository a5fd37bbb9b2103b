/** What a program finds that uses convkit. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';

/** Prints one line of JSON, once all warnings are out. `IMPORTS` is replaced by one of the ways to get at the functions. */
const PROGRAM = `IMPORTS
const warnings = [];
process.on('warning', ({ name, code, message }) => warnings.push({ name, code, message }));
// 1 · 1 + 4 · 1, on three runs: what is said is said once.
const sums = [1, 2, 3].map(() => {
  const x = Tensor.from([[[1, 2], [3, 4]]]);
  return conv2d(x, Tensor.from([[[[1, 0], [0, 1]]]])).data[0];
});
conv2dAsync(Tensor.from([[[2]]]), Tensor.from([[[[3]]]])).then((y) => {
  sums.push(y.data[0]);
  const pixels = resize({ data: new Uint8Array(12).fill(7), width: 2, height: 2, channels: 3 }, { width: 1, height: 1 });
  sums.push(pixels.data[0]);
  const { backend, isa, threads, reason } = runtime();
  setImmediate(() => console.log(JSON.stringify({ backend, isa, threads, reason, sums, warnings })));
});
`;

const MAIN = '{ conv2d, conv2dAsync, runtime, Tensor }';

/** By the way in: the name of a file, and the program. */
export const PROGRAMS = {
  import: ['probe.mjs', program(`import ${MAIN} from 'convkit';\nimport { resize } from 'convkit/image';`)],
  require: ['probe.cjs', program(`const ${MAIN} = require('convkit');\nconst { resize } = require('convkit/image');`)],
  'dynamic import': [
    'dynamic.mjs',
    program(`const ${MAIN} = await import('convkit');\nconst { resize } = await import('convkit/image');`),
  ],
  'dynamic import in CommonJS': [
    'dynamic.cjs',
    `(async () => {${program(`const ${MAIN} = await import('convkit');\nconst { resize } = await import('convkit/image');`)}})();`,
  ],
};

function program(imports) {
  return PROGRAM.replace('IMPORTS', imports);
}

/**
 * Runs the program in a project.
 *
 * @param {{ way?: keyof typeof PROGRAMS, command?: string[] }} how `command`: what runs Node there
 */
export async function probe(project, { way = 'import', command = ['node'] } = {}) {
  const [file, text] = PROGRAMS[way];
  project.write({ [file]: text });
  const { stdout, stderr } = await project.run(...command, file);
  return { ...findings(stdout), stderr };
}

/** What the program printed, of which nothing can be true but the right values. */
export function findings(stdout) {
  const line = stdout.split('\n').find((one) => one.startsWith('{"backend"'));
  assert.ok(line, `the program printed no line of its own, but:\n${stdout}`);
  const found = JSON.parse(line);
  assert.deepEqual(found.sums, [5, 5, 5, 6, 7]);
  return found;
}

/** The native backend runs, and nothing was said. */
export function assertNative({ backend, reason, warnings, stderr = '' }) {
  assert.deepEqual({ backend, reason, warnings }, { backend: 'native', reason: undefined, warnings: [] });
  assert.equal(stderr, '');
}

/** TypeScript runs, and one warning says why. @returns its text */
export function assertFallback({ backend, reason, warnings, stderr = '' }) {
  assert.equal(backend, 'typescript');
  assert.ok(reason, 'runtime() gives no reason');
  assert.equal(warnings.length, 1, `there should be one warning, not ${JSON.stringify(warnings)}`);
  const [{ name, code, message }] = warnings;
  assert.deepEqual({ name, code }, { name: 'ConvkitWarning', code: 'CONVKIT_FALLBACK' });
  // In brackets after it are the words of the system's loader, which the warning has at its end.
  const sentence = reason.split(' (')[0];
  assert.ok(message.includes(sentence), `the warning gives another reason than runtime(), ${reason}: ${message}`);
  assert.equal(stderr.split('ConvkitWarning').length - 1, 1, `it should be printed once:\n${stderr}`);
  return message;
}

/** Does what a warning asks its reader to do. `yarn`: which of the two the project is of. */
export async function mendAsTold(project, warning, { yarn } = {}) {
  const advice = warning.split('To mend it: ')[1]?.split(". The loader's words: ")[0];
  assert.ok(advice, `the warning says nothing about how to mend it: ${warning}`);
  const [, first, second, quoted] = /^delete (\S+)(?: and (\S+))?, then `([^`]+)`$/.exec(advice) ?? [];
  for (const path of [first, second]) {
    if (path !== undefined) rmSync(resolve(project.folder, path), { recursive: true });
  }
  const [command, ...words] = (quoted ?? advice).split(/\s+/);
  assert.ok(['npm', 'pnpm', 'yarn'].includes(command), `no command to run: ${advice}`);
  await project.run(command === 'yarn' ? yarn : command, ...words);
}

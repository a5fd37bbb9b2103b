import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from '../lib/places.mjs';
import { scenario } from '../lib/scenario.mjs';

const require = createRequire(import.meta.url);
const jest = require.resolve('jest/bin/jest');
const vitest = join(dirname(require.resolve('vitest/package.json', { paths: [root] })), 'vitest.mjs');

/** The test functions are global in all three. */
const TESTS = `
test('an operator, on the native backend', () => {
  expect(conv2d(Tensor.from([[[1, 2], [3, 4]]]), Tensor.from([[[[1, 0], [0, 1]]]])).data[0]).toBe(5);
  expect(runtime()).toMatchObject({ backend: 'native' });
});

test('an asynchronous operator', async () => {
  expect((await conv2dAsync(Tensor.from([[[2]]]), Tensor.from([[[[3]]]]))).data[0]).toBe(6);
});

test('an error of the class that is exported', () => {
  expect(() => conv2d(Tensor.zeros([1, 4, 4]), Tensor.zeros([1, 2, 3, 3]))).toThrow(ShapeError);
});

test('an image', () => {
  const image = { data: new Uint8Array(12).fill(7), width: 2, height: 2, channels: 3 };
  expect(resize(image, { width: 1, height: 1 }).data[0]).toBe(7);
});

test('a model that is none', async () => {
  await expect(loadModel(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'ERR_MODEL' });
});
`;
const NAMES = '{ conv2d, conv2dAsync, loadModel, runtime, ShapeError, Tensor }';
const IMPORTING = `import ${NAMES} from 'convkit';\nimport { resize } from 'convkit/image';\n${TESTS}`;
const REQUIRING = `const ${NAMES} = require('convkit');\nconst { resize } = require('convkit/image');\n${TESTS}`;

scenario('Jest with CommonJS', {}, async (project) => {
  await project.npm('install', 'convkit');
  project.write({ 'one.test.js': REQUIRING, 'two.test.js': REQUIRING });
  assertPassed(await runJest(project), 10);
});

scenario('Jest with ES modules', {}, async (project) => {
  project.write({ 'package.json': { private: true, type: 'module' } });
  await project.npm('install', 'convkit');
  project.write({ 'one.test.js': IMPORTING, 'two.test.js': IMPORTING });
  assertPassed(await runJest(project.withEnv({ NODE_OPTIONS: '--experimental-vm-modules' })), 10);
});

for (const pool of ['forks', 'threads']) {
  scenario(`vitest, in ${pool}`, { isLong: pool !== 'forks' }, async (project) => {
    await project.npm('install', 'convkit');
    project.write({ 'one.test.mjs': IMPORTING, 'two.test.mjs': IMPORTING });
    const words = ['run', '--globals', `--pool=${pool}`, '--reporter=json', '--outputFile=report.json'];
    await project.run('node', vitest, ...words, '--root', project.folder);
    assertPassed(project, 10);
  });
}

async function runJest(project) {
  // Fallbacks to convkit's slower backend must not pass for a warning among others.
  const words = ['--ci', '--watchman=false', '--rootDir', project.folder, '--json', '--outputFile=report.json'];
  const { stderr } = await project.run('node', jest, ...words);
  assert.doesNotMatch(stderr, /convkit runs on its slower/);
  return project;
}

/** All of them, and no fewer: a runner that finds no test passes, too. */
function assertPassed(project, number) {
  const report = JSON.parse(readFileSync(project.path('report.json'), 'utf8'));
  const { numPassedTests, numFailedTests, numTotalTests } = report;
  assert.deepEqual(
    { numPassedTests, numFailedTests, numTotalTests },
    {
      numPassedTests: number,
      numFailedTests: 0,
      numTotalTests: number,
    },
  );
}

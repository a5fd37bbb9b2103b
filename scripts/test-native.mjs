// Builds and runs the C++ unit tests under CMake presets: `node scripts/test-native.mjs release tsan`.
// For each preset the last line is `C++ tests (preset): N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from './native-tools.mjs';

const jobs = process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? String(availableParallelism());

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

/** Adds up the closing lines of the test programs; one that never came to its line, having crashed, is a failure. */
function count(preset) {
  const log = readFileSync(join(root, 'build', 'presets', preset, 'Testing', 'Temporary', 'LastTest.log'), 'utf8');
  const programs = log.match(/^\d+\/\d+ Testing: /gm)?.length ?? 0;
  const closing = [...log.matchAll(/^(\d+) passed, (\d+) failed$/gm)];
  const sum = (group) => closing.reduce((total, match) => total + Number(match[group]), 0);
  return { passed: sum(1), failed: sum(2) + programs - closing.length };
}

function test(preset) {
  if (!run('cmake', '--preset', preset)) return false;
  if (!run('cmake', '--build', '--preset', preset, '--parallel', jobs)) return false;
  const succeeded = run('ctest', '--preset', preset, '--parallel', jobs);
  const { passed, failed } = count(preset);
  console.log(`C++ tests (${preset}): ${passed} passed, ${failed} failed`);
  return succeeded && passed > 0;
}

const presets = process.argv.slice(2);
if (presets.length === 0) {
  console.error('Name at least one preset of CMakePresets.json.');
  process.exit(1);
}
// Every preset runs, so that one failure does not hide another.
const results = presets.map(test);
process.exit(results.every(Boolean) ? 0 : 1);

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root, staged } from '../lib/places.mjs';
import { scenario } from '../lib/scenario.mjs';

scenario('publint and attw have nothing to say', {}, async (project) => {
  const { stdout } = await project.npm('pack', join(staged, 'convkit'), '--json', '--ignore-scripts');
  // A list in npm 11, an object by the packages' names in npm 12.
  const [{ filename }] = Object.values(JSON.parse(stdout));
  const publint = await project.run(join(root, 'node_modules', '.bin', 'publint'), 'run', filename, '--strict');
  assert.match(publint.stdout, /All good!/);
  const attw = await project.run(join(root, 'node_modules', '.bin', 'attw'), filename, '--no-emoji');
  assert.match(attw.stdout, /No problems found/);
});

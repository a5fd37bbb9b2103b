import assert from 'node:assert/strict';

/** What apps/work.mjs has to find, by paper and pencil. */
const EXPECTED = {
  backend: 'native',
  sync: [45, 54, 81, 90],
  async: [45, 54, 81, 90],
  model: [0, 4, 31, 40],
  resized: [1, 1, 2, 2, 3, 3, 4, 4],
  code: 'ERR_SHAPE',
  worker: [45, 54, 81, 90],
  warnings: [],
};

/** Where neither the addon nor the worker is found, and both are missed aloud. */
export const ALONE = { backend: 'typescript', warnings: ['CONVKIT_FALLBACK', 'CONVKIT_NO_WORKERS'] };

/** @param {string} output of an app; @param {object} but what it finds instead */
export function checkResult(output, but = {}) {
  const line = /^RESULT (.*)$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`the app has no result; it printed:\n${output}`);
  const { reason, ...result } = JSON.parse(line);
  assert.deepEqual(result, { ...EXPECTED, ...but }, `${reason ?? ''}\n${output}`);
  return { ...result, reason };
}

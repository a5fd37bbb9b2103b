import { describe, test } from 'vitest';
import { expectAnswer } from './compare.js';
import { FAMILIES, loadFixtures } from './fixtures.js';
import { reference } from './reference/index.js';
import { materialize } from './specs.js';

// The reference is what hundreds of unstored cases are held to, so it is itself held to PyTorch.
describe.each(FAMILIES)('the reference agrees with PyTorch: %s', (family) => {
  test.each(loadFixtures(family).map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
    const answer = reference(golden.op, materialize(golden.args));
    expectAnswer(answer, golden, golden.exact ? 0 : golden.scale / 10);
  });
});

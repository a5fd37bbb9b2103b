import { describe, expect, test } from 'vitest';
import { plainSum } from '../cases/variants.js';
import { assertBackendTook } from '../support/backend.js';
import { expectAnswer, expectIdentical } from '../support/compare.js';
import { FAMILIES, loadFixtures } from '../support/fixtures.js';
import { call, callAsync } from '../support/run.js';
import { materialize } from '../support/specs.js';

assertBackendTook();

describe.each(FAMILIES)('golden values of PyTorch: %s', (family) => {
  test.each(loadFixtures(family).map((golden) => [golden.name, golden] as const))('%s', async (_name, golden) => {
    const args = materialize(golden.exact ? plainSum(golden.op, golden.args) : golden.args);
    const answer = call(golden.op, args);
    expectAnswer(answer, golden, golden.exact ? 0 : golden.scale);
    expect(answer.indices === undefined).toBe(golden.indices === undefined);
    expectIdentical(await callAsync(golden.op, args), answer);
  });
});

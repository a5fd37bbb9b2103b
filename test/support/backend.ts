import { runtime } from 'convkit';
import { expect, test } from 'vitest';

/** CONVKIT_BACKEND and CONVKIT_ISA as a test project or a caller sets them. */
export const WANTED = { backend: process.env.CONVKIT_BACKEND, isa: process.env.CONVKIT_ISA };

/**
 * The first test of every shared suite: that the suite runs on what it was told to run on.
 *
 * Without it a fallback, or an ISA that did not take, would pass for the real thing.
 */
export function assertBackendTook(): void {
  test(`runs on ${WANTED.backend ?? 'the default backend'} ${WANTED.isa ?? ''}`, () => {
    const facts = runtime();
    if (WANTED.backend !== undefined && WANTED.backend !== 'auto') expect(facts.backend).toBe(WANTED.backend);
    if (facts.backend === 'typescript') expect(facts.isa).toBe('none');
    else if (WANTED.isa) expect(facts.isa).toBe(WANTED.isa);
    else expect(facts.isa).toMatch(/^(amx|avx512|avx2|neon|baseline)$/);
  });
}

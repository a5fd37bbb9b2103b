import fc from 'fast-check';

/** FC_SEED repeats a run that failed; the report of a failure names its seed. */
const SEED = process.env.FC_SEED === undefined ? undefined : Number(process.env.FC_SEED);

/** Asserts a property of `runs` random values; a failure prints the seed and the smallest counterexample. */
export async function assertProperty<T>(
  arbitrary: fc.Arbitrary<T>,
  runs: number,
  holds: (value: T) => void | Promise<void>,
): Promise<void> {
  const seed = SEED === undefined ? {} : { seed: SEED };
  await fc.assert(
    fc.asyncProperty(arbitrary, async (value) => {
      await holds(value);
    }),
    { numRuns: runs, ...seed },
  );
}

/** Steps by the errors that they caused. Not a property of the errors: what users see names a node instead. */
const steps = new WeakMap<object, number>();

/** Notes which step of a program failed; the first to say so is right. @returns The error. */
export function markFailedStep<E>(error: E, step: number): E {
  if (typeof error === 'object' && error !== null && !steps.has(error)) steps.set(error, step);
  return error;
}

/** By its place in the program; undefined where no single step is to blame. */
export function failedStepOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null ? steps.get(error) : undefined;
}

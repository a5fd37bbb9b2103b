/** The command line cannot be understood: one line for people, and exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

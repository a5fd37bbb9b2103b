/** Another process is at work where this one would be: nothing is wrong, and later it may go. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

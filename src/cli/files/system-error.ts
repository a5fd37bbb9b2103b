import { isError } from '../../thrown.js';
/** What the operating system refused: no room, no permission, no such folder. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return isError(error) && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

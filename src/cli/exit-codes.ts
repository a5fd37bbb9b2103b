/** Every command's way to say how it ended; a command's own codes are 1 and 3, and its help explains them, as it does 75. */
export const EXIT = {
  success: 0,
  /** Wrong usage, or input that cannot be read. */
  badInput: 2,
  /** A defect of convkit itself: sysexits.h's EX_SOFTWARE, so that a crash never passes for a command's own 1. */
  defect: 70,
  /** Another process writes the same result: sysexits.h's EX_TEMPFAIL, which says that later it may go. */
  busy: 75,
  /** By Ctrl-C: 128 + the number of the signal, as shells have it. */
  interrupted: 130,
} as const;

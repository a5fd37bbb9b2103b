/** Every command's way to say how it ended; a command's own codes are 1 and 3, and its help explains them. */
export const EXIT = {
  success: 0,
  /** Wrong usage, or input that cannot be read. */
  badInput: 2,
  /** A defect of convkit itself: sysexits.h's EX_SOFTWARE, so that a crash never passes for a command's own 1. */
  defect: 70,
  /** By Ctrl-C: 128 + the number of the signal, as shells have it. */
  interrupted: 130,
} as const;

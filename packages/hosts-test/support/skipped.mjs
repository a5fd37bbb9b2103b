/** Thrown by a case that this machine cannot run; the message says what is missing. */
export class Skipped extends Error {}

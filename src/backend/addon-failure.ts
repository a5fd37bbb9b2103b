/** Why there is no native addon: `message` is one sentence of cause, without the full stop, for other sentences to go on. */
export class AddonFailure extends Error {
  /** What mends it: a command, or a few words for people. */
  readonly mend: string;

  constructor(reason: string, mend: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.mend = mend;
  }

  /** The cause, and what the runtime or the system said where something was tried. */
  get reason(): string {
    return this.cause === undefined ? this.message : `${this.message} (${firstLine(this.cause)})`;
  }

  /** The same with the advice, as sentences without the last full stop. */
  get explanation(): string {
    const words = this.cause === undefined ? '' : `. The loader's words: ${firstLine(this.cause)}`;
    return `${this.message}. To mend it: ${this.mend}${words}`;
  }
}

/** Loaders tell whole stories, over many lines. */
function firstLine(error: unknown): string {
  const text = (error as Partial<Error> | null)?.message ?? String(error);
  return (text.trim().split('\n')[0] ?? '').trim().replace(/\.$/, '');
}

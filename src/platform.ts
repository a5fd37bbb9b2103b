/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Types of the platform as our declarations use them: those of @types/node or of TypeScript's "dom" where a program has
 * either, so that they are the very same types there, and else just what convkit asks of them.
 */

type Platform = typeof globalThis;

/** What is called when a signal is aborted. */
type AbortListener = () => void;

interface PlainSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: AbortListener): void;
  removeEventListener(type: 'abort', listener: AbortListener): void;
}

interface PlainUrl {
  readonly href: string;
  readonly protocol: string;
  readonly pathname: string;
}

export type AbortSignal = Platform extends { AbortSignal: { prototype: infer Signal } } ? Signal : PlainSignal;

/** The class is `URL`, which is a value too. */
export type FileUrl = Platform extends { URL: { prototype: infer Url } } ? Url : PlainUrl;

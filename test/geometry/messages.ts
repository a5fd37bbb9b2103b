import { expect } from 'vitest';
import { ArgumentError, type ConvkitError, ShapeError, UnsupportedError } from '../../src/errors.js';

type ErrorClass = new (message: string) => ConvkitError;

/** Asserts the class of the error that `run` throws, and that its message holds each of the phrases. */
export function expectError(run: () => unknown, type: ErrorClass, ...phrases: string[]): void {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(type);
  for (const phrase of phrases) expect((error as Error).message).toContain(phrase);
}

export const expectShapeError = (run: () => unknown, ...phrases: string[]) => expectError(run, ShapeError, ...phrases);

export const expectArgumentError = (run: () => unknown, ...phrases: string[]) =>
  expectError(run, ArgumentError, ...phrases);

export const expectUnsupported = (run: () => unknown, ...phrases: string[]) =>
  expectError(run, UnsupportedError, ...phrases);

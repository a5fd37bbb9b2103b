import type sharpNamespace from 'sharp';
import { UnsupportedError } from '../errors.js';
import type { Importer } from './importer.js';

/** The function that the package sharp exports. */
export type Sharp = typeof sharpNamespace;

/** @throws UnsupportedError that says how to install it. */
export async function loadSharp(operator: string, importer?: Importer): Promise<Sharp> {
  try {
    // In this `try`, by which bundlers know that it may be missing.
    const module = importer === undefined ? await import('sharp') : await importer();
    return module.default as Sharp;
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why =
      code === 'ERR_MODULE_NOT_FOUND' ? 'is not installed: run `npm install sharp`' : `does not load: ${cause}`;
    throw new UnsupportedError(`${operator}: image files are read and written by sharp, which ${why}`);
  }
}

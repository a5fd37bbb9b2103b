import type sharpNamespace from 'sharp';
import { UnsupportedError } from '../errors.js';
import type { Importer } from './importer.js';

/** The function that the package sharp exports. */
export type Sharp = typeof sharpNamespace;

/** Where a program may import nothing while it runs, as the tests of Jest in CommonJS. */
const NO_IMPORTS = /^ERR_VM_(DYNAMIC_IMPORT_CALLBACK_MISSING|MODULE)/;

/** @throws UnsupportedError that says how to install it. */
export async function loadSharp(operator: string, importer?: Importer): Promise<Sharp> {
  try {
    // In this `try`, by which bundlers know that it may be missing. Whoever allows no `import` has CommonJS, as the bundle is.
    const orRequired = (error: { code?: unknown }) => {
      if (!NO_IMPORTS.test(String(error.code))) throw error;
      return { default: require('sharp') as unknown };
    };
    const module = importer === undefined ? await import('sharp').catch(orRequired) : await importer();
    return module.default as Sharp;
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why =
      code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
        ? 'is not installed: run `npm install sharp`'
        : `does not load: ${cause}`;
    throw new UnsupportedError(`${operator}: image files are read and written by sharp, which ${why}`);
  }
}

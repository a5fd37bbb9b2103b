import type sharpNamespace from 'sharp';
import { UnsupportedError } from '../errors.js';
import type { Importer } from './importer.js';

/** The function that the package sharp exports. */
export type Sharp = typeof sharpNamespace;

const importSharp: Importer = () => import('sharp');

/** @throws UnsupportedError that says how to install it. */
export async function loadSharp(operator: string, importer: Importer = importSharp): Promise<Sharp> {
  try {
    return (await importer()).default as Sharp;
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why =
      code === 'ERR_MODULE_NOT_FOUND' ? 'is not installed: run `npm install sharp`' : `does not load: ${cause}`;
    throw new UnsupportedError(`${operator}: image files are read and written by sharp, which ${why}`);
  }
}

import { createRequire } from 'node:module';
import type * as TypeScript from './typescript/index.js';

/**
 * Stands for ./typescript/index.js until it is used: its sixty modules take time to load, and the native backend needs
 * none. They are required, not imported, because `setBackend` answers at once.
 *
 * package.json's `imports` choose this file where addons and modules can both be required: in Node, unless a flag forbids
 * one of them. Bundlers do not set these conditions and get ./typescript/index.js itself, which they can follow.
 *
 * What the sixty modules import from elsewhere must be loaded with the package: a module cannot be required while somebody
 * else is still importing it.
 */
const require = createRequire(import.meta.url);

const load = (): typeof TypeScript => require('./typescript/index.js');

export const createTypeScriptBackend: typeof TypeScript.createTypeScriptBackend = () =>
  load().createTypeScriptBackend();

export const evaluate: typeof TypeScript.evaluate = (program, inputs) => load().evaluate(program, inputs);

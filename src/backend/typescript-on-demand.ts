import type * as TypeScript from './typescript/index.js';

/**
 * Stands for ./typescript/index.js until it is used: its sixty modules take time to load, and the native backend needs
 * none. They are required, not imported, because `setBackend` answers at once; so this module runs in the bundle only,
 * which is CommonJS.
 */
const load = (): typeof TypeScript => require('./typescript/index.js');

export const createTypeScriptBackend: typeof TypeScript.createTypeScriptBackend = () =>
  load().createTypeScriptBackend();

export const evaluate: typeof TypeScript.evaluate = (program, inputs) => load().evaluate(program, inputs);

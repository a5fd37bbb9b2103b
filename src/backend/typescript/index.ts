export { createTypeScriptBackend } from './backend.js';
export { evaluate } from './fold.js';

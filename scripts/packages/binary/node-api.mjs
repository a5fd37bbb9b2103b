/** The functions that every Node.js which the package supports has for addons: those of Node-API version 8. */
import { createRequire } from 'node:module';

const { v8 } = createRequire(import.meta.url)('node-api-headers').symbols;
const NAMES = new Set([...v8.js_native_api_symbols, ...v8.node_api_symbols]);

export const isNodeApi = (name) => NAMES.has(name);

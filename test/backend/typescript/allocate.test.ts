import { describe, expect, it } from 'vitest';
import { createTypeScriptBackend } from '../../../src/backend/typescript/backend.js';
import { SLOT_ARRAYS } from '../../../src/program/program.js';

describe('a result’s buffer', () => {
  it.each(Object.values(SLOT_ARRAYS))('has the size of its %O', (type) => {
    const array = createTypeScriptBackend().allocate(type as typeof Uint8Array, 12);
    expect(array).toBeInstanceOf(type);
    expect(array.length).toBe(12);
    expect(array.buffer.byteLength).toBe(12 * type.BYTES_PER_ELEMENT);
  });
});

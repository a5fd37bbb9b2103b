import { describe, expect, it } from 'vitest';
import { Lru } from '../../src/lru.js';

function watched(capacity: number) {
  const dropped: number[] = [];
  return { lru: new Lru<string, number>(capacity, (value) => dropped.push(value)), dropped };
}

describe('what keeps the values that were used last', () => {
  it('lets go of the one that was unused for longest', () => {
    const { lru, dropped } = watched(2);
    lru.set('a', 1);
    lru.set('b', 2);
    expect(lru.get('a')).toBe(1);
    lru.set('c', 3);
    expect(dropped).toEqual([2]);
    expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3]);
    expect([lru.size, lru.latest]).toEqual([2, 'c']);
  });

  it('lets go of a value whose key gets another, and of all when it is cleared', () => {
    const { lru, dropped } = watched(2);
    lru.set('a', 1);
    lru.set('a', 2);
    lru.set('b', 3);
    expect(dropped).toEqual([1]);
    lru.clear();
    expect(dropped).toEqual([1, 2, 3]);
    expect([lru.size, lru.latest]).toEqual([0, undefined]);
  });

  it('makes what is not there, once', () => {
    const { lru } = watched(1);
    let made = 0;
    const make = () => ++made;
    expect([lru.getOrMake('a', make), lru.getOrMake('a', make), lru.getOrMake('b', make)]).toEqual([1, 1, 2]);
  });
});

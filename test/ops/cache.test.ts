import { describe, expect, it } from 'vitest';
import type { Executable } from '../../src/backend/backend.js';
import { planActivation } from '../../src/geometry/channelwise.js';
import { ProgramBuilder } from '../../src/program/builder.js';
import { ExecutableCache } from '../../src/program/cache.js';
import { lower } from '../../src/program/lower.js';
import type { Program } from '../../src/program/program.js';
import type { ActivationRecord } from '../../src/program/step.js';

function programOf(size: number, alpha = 0): Program {
  const activation: ActivationRecord = { kind: 'leakyRelu', alpha, beta: 0 };
  const builder = new ProgramBuilder();
  const { y } = lower(builder, planActivation('activate', [size], activation), { x: builder.input(size) });
  builder.output(y);
  return builder.build();
}

/** Executables that only count. */
function countingCache(capacity: number) {
  const compiled: Program[] = [];
  const disposed: Program[] = [];
  const compile = (program: Program): Executable => {
    compiled.push(program);
    return {
      run: () => {},
      profile: () => new Float64Array(0),
      runAsync: () => Promise.resolve(),
      describe: () => [],
      memory: () => ({ arenaBytes: 0, residentBytes: 0 }),
      dispose: () => disposed.push(program),
    };
  };
  return { cache: new ExecutableCache(compile, capacity), compiled, disposed };
}

describe('the cache of executables', () => {
  it('compiles equal programs once, and others apart', () => {
    const { cache, compiled } = countingCache(8);
    const first = cache.get(programOf(4));
    expect(cache.get(programOf(4))).toBe(first);
    expect(cache.get(programOf(5))).not.toBe(first);
    expect(cache.get(programOf(4, 0.5))).not.toBe(first);
    expect(compiled).toHaveLength(3);
  });

  it('disposes of the one that was not used for longest', () => {
    const { cache, compiled, disposed } = countingCache(2);
    cache.get(programOf(1));
    cache.get(programOf(2));
    cache.get(programOf(1));
    cache.get(programOf(3));
    expect(disposed.map(({ slots }) => slots[0].size)).toEqual([2]);
    cache.get(programOf(1));
    expect(compiled).toHaveLength(3);
  });

  it('does not share programs that carry weights', () => {
    const builder = new ProgramBuilder();
    builder.constant(new Float32Array(1));
    expect(() => countingCache(1).cache.get(builder.build())).toThrow('constants');
  });
});

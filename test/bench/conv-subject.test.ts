import { describe, expect, it, onTestFinished } from 'vitest';
import { convSubject } from '../../src/bench/run/conv-subject.js';
import { overheadSubjects } from '../../src/bench/run/overhead.js';
import { poolSubject } from '../../src/bench/run/pool-subject.js';
import type { Subject } from '../../src/bench/run/subject.js';
import { parseBenchShape } from '../../src/bench/shapes/benchdnn.js';
import type { ConvShape, PoolShape } from '../../src/bench/shapes/shape.js';
import { runtime } from '../../src/runtime.js';
import type { Tensor } from '../../src/tensor.js';

const conv = (text: string) => parseBenchShape(text) as ConvShape;
const pool = (text: string) => parseBenchShape(text) as PoolShape;

/** Freed when the test ends. */
function ready(subject: Subject): Subject {
  onTestFinished(() => subject.dispose());
  return subject;
}

describe('a convolution', () => {
  it('counts the plain sum, and every tensor once', () => {
    const { operations, bytes } = ready(convSubject(conv('mb2ic3ih8oc4kh3sh2ph1')));
    // 2 · 4 results of 4 × 4, each of 3 · 3 · 3 multiplications and additions.
    expect(operations).toBe(2 * (2 * 4 * 16) * 27);
    // Input 2·3·8·8, weights 4·3·3·3, bias 4, output 2·4·4·4, 4 bytes each.
    expect(bytes).toBe(4 * (384 + 108 + 4 + 128));
  });

  it('in groups has a part of the sums and of the weights', () => {
    const { operations, bytes } = ready(convSubject(conv('g2mb1ic4ih5oc6kh3ph1')));
    expect(operations).toBe(2 * (6 * 25) * (2 * 9));
    expect(bytes).toBe(4 * (4 * 25 + 6 * 2 * 9 + 6 + 6 * 25));
  });

  it('has an axis of its own for each number', () => {
    const { operations } = ready(convSubject(conv('ic2ih5iw7oc3kh1kw3sh2sw1ph0pw1')));
    expect(operations).toBe(2 * (3 * 3 * 7) * (2 * 3));
  });

  it.each(['mb2ic3ih8oc4kh3sh2ph1', 'g4ic4ih9oc4kh3dh1ph2', 'ic2ih5iw7oc3kh1kw3sh2sw1ph0pw1'])(
    'computes the shape that was asked for: %s',
    (text) => {
      const shape = conv(text);
      const y = ready(convSubject(shape)).run() as Tensor;
      expect(y.shape).toEqual([shape.batch, shape.outChannels, ...shape.output]);
      expect(y.data.some((value) => value !== 0)).toBe(true);
    },
  );

  it('shows the algorithm that ran', () => {
    expect(ready(convSubject(conv('ic16ih8oc16kh3ph1'), 'gemm')).algorithm).toBe('gemm');
    expect(ready(convSubject(conv('ic16ih8oc16kh3ph1'), 'direct')).algorithm).toBe('direct');
    expect(ready(convSubject(conv('ic16ih8oc16kh3ph1'))).algorithm).toMatch(/^[a-z]+$/);
  });

  it('is refused where the algorithm cannot do it', () => {
    expect(() => convSubject(conv('ic16ih8oc16kh3sh2'), 'winograd')).toThrow(/winograd/);
  });

  it('has the same values each time it is made', () => {
    const [one, other] = [1, 2].map(() => ready(convSubject(conv('ic2ih4oc2kh3'))).run() as Tensor);
    expect(one.data).toEqual(other.data);
  });
});

describe('a pooling', () => {
  it('counts the values that enter its windows', () => {
    const { operations, bytes } = ready(poolSubject(pool('mb2ic3ih8kh2sh2')));
    expect(operations).toBe(2 * 3 * 16 * 4);
    expect(bytes).toBe(4 * (2 * 3 * 64 + 2 * 3 * 16));
  });

  it.each([
    ['max', 'ic1ih4kh3sh1ph1'],
    ['avg_np', 'avg_np:ic1ih4kh3sh1ph1'],
    ['avg_p', 'avg_p:ic1ih4kh3sh1ph1'],
  ])('is the one that was asked for: %s', (_, text) => {
    const [max, without, withPadding] = ['', 'avg_np:', 'avg_p:'].map(
      (prefix) => (ready(poolSubject(pool(`${prefix}ic1ih4kh3sh1ph1`))).run() as Tensor).data[0],
    );
    // A corner has four values and five zeros of the padding.
    expect(withPadding).toBeCloseTo((without * 4) / 9, 6);
    expect(max).toBeGreaterThan(without);
    const expected = text.startsWith('avg_np') ? without : text.startsWith('avg_p') ? withPadding : max;
    expect((ready(poolSubject(pool(text))).run() as Tensor).data[0]).toBe(expected);
  });
});

describe('the price of a call', () => {
  it.each([...overheadSubjects()])('%s runs', async (name, prepare) => {
    // The TypeScript backend's workers are built files, which sources do not have beside them.
    if (name.endsWith('Async') && runtime().backend === 'typescript') return;
    const subject = ready(prepare());
    const result = subject.run();
    expect(result instanceof Promise).toBe(name.endsWith('Async'));
    expect(((await result) as Tensor).shape).toEqual([1, 1, 1, 1]);
  });
});

import { type BatchableModel, type DeclaredTensor, Tensor, type TensorLike } from 'convkit';
import { afterEach, beforeEach, expect, vi } from 'vitest';

/** One run of a FakeModel, which the test settles. */
export interface FakeRun {
  readonly feeds: Record<string, Tensor>;
  readonly signal: AbortSignal | undefined;
  /** Settles the run with what the model gives for its feeds. */
  finish(): void;
  fail(error: unknown): void;
}

type Compute = (feeds: Record<string, Tensor>) => Record<string, Tensor>;

/** Records its runs; each stays under way until the test settles it. */
export class FakeModel implements BatchableModel {
  readonly inputs: readonly DeclaredTensor[];
  readonly outputs: readonly DeclaredTensor[] = [{ name: 'y', shape: [-1], type: 'float32' }];
  readonly runs: FakeRun[] = [];
  compute: Compute = ({ x }) => ({ y: scale(x, 10) });

  constructor(inputs: Record<string, number[]> = { x: [-1, 2] }) {
    this.inputs = Object.entries(inputs).map(([name, shape]) => ({ name, shape, type: 'float32' }));
  }

  run(given: Record<string, TensorLike>, options?: { signal?: AbortSignal | undefined }) {
    const feeds = given as Record<string, Tensor>;
    return new Promise<Record<string, Tensor>>((resolve, reject) => {
      const finish = () => {
        try {
          resolve(this.compute(feeds));
        } catch (error) {
          reject(error);
        }
      };
      this.runs.push({ feeds, signal: options?.signal, finish, fail: reject });
    });
  }

  /** The first value of each image that each run got. */
  get firstValues(): number[][] {
    return this.runs.map(({ feeds }) => {
      const { data, shape } = Object.values(feeds)[0];
      return Array.from({ length: shape[0] }, (_, i) => data[(i * data.length) / shape[0]]);
    });
  }
}

export function scale(x: Tensor, factor: number): Tensor {
  return new Tensor(
    x.data.map((value) => value * factor),
    x.shape,
  );
}

/** One image of a given shape without a batch axis, full of `value`. */
export function image(value: number, shape: readonly number[] = [2]): Tensor {
  const tensor = Tensor.zeros(shape);
  tensor.data.fill(value);
  return tensor;
}

/** Images [count, 2], full of value, value + 1 and so on. */
export function images(value: number, count: number): Tensor {
  return Tensor.from(Array.from({ length: count }, (_, i) => [value + i, value + i]));
}

/** Makes time pass only where a test says so, and checks after each test that nothing is left to happen. */
export function holdTime(): void {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    expect(vi.getTimerCount(), 'timers left').toBe(0);
    vi.useRealTimers();
  });
}

/** Lets all callbacks run that are due. */
export async function flush(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

export async function finish(run: FakeRun | undefined): Promise<void> {
  if (run === undefined) throw new Error('the model was not run');
  run.finish();
  await flush();
}

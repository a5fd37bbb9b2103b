import { idOf, type Numbers, nameNumbers } from './number-ids.js';

/**
 * Remembers what was computed of numbers that never change, as long as somebody holds the results: a program, say, that
 * has them as its weights. So programs of one network share what they have in common, and nothing outlives the last one.
 */
export class DerivedNumbers {
  readonly #results = new Map<string, WeakRef<Numbers>>();
  readonly #collected = new FinalizationRegistry<string>((key) => {
    if (this.#results.get(key)?.deref() === undefined) this.#results.delete(key);
  });

  /** Results that are remembered; some may be gone already. */
  get size(): number {
    return this.#results.size;
  }

  /**
   * @param work Says what `compute` does with the sources: equal texts give equal results.
   * @param count How many results there are.
   * @param compute May give undefined where it would rather not; so does this then.
   */
  get<Some extends Numbers>(
    sources: readonly Numbers[],
    work: string,
    count: number,
    compute: () => readonly Some[] | undefined,
  ): Some[] | undefined {
    const origin = `${sources.map(idOf).join(',')};${work}`;
    const keys = Array.from({ length: count }, (_, i) => `${i};${origin}`);
    const known = keys.map((key) => this.#results.get(key)?.deref() as Some | undefined);
    if (known.every((result) => result !== undefined)) return known;
    const computed = compute();
    return computed && keys.map((key, i) => known[i] ?? this.#keep(key, computed[i]));
  }

  #keep<Some extends Numbers>(key: string, result: Some): Some {
    nameNumbers(result, key);
    this.#results.set(key, new WeakRef(result));
    this.#collected.register(result, key);
    return result;
  }
}

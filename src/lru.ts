/**
 * Keeps the values that were used last, `capacity` of them, and lets go of the others.
 *
 * A Map iterates in the order of insertion, and whatever is used is inserted again: so its first key is the one that was
 * unused for longest.
 */
export class Lru<Key, Value> {
  readonly #capacity: number;
  readonly #onDrop: (value: Value) => void;
  readonly #values = new Map<Key, Value>();

  /** @param onDrop Called with each value that leaves: its place was needed, another one took its key, or all are cleared. */
  constructor(capacity: number, onDrop: (value: Value) => void = () => {}) {
    this.#capacity = capacity;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The key that was used last. */
  get latest(): Key | undefined {
    let latest: Key | undefined;
    for (const key of this.#values.keys()) latest = key;
    return latest;
  }

  /** A value, which counts as a use of it. */
  get(key: Key): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** Keeps a value, which nothing else under this key can then be. */
  set(key: Key, value: Value): void {
    this.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.#capacity) return;
    for (const oldest of this.#values.keys()) {
      this.delete(oldest);
      return;
    }
  }

  /** The value of a key, made where there is none. */
  getOrMake(key: Key, make: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }

  /** All that is kept, unused for longest first. */
  values(): Iterable<Value> {
    return this.#values.values();
  }

  delete(key: Key): void {
    const value = this.#values.get(key);
    if (value === undefined) return;
    this.#values.delete(key);
    this.#onDrop(value);
  }

  clear(): void {
    const values = [...this.#values.values()];
    this.#values.clear();
    for (const value of values) this.#onDrop(value);
  }
}

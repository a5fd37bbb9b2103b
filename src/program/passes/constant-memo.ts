/** Remembers what was computed of constants that never change, as long as they live. */
export class ConstantMemo {
  readonly #memo = new WeakMap<Float32Array, Map<string, Float32Array>>();
  readonly #ids = new WeakMap<Float32Array, number>();
  #lastId = 0;

  /** @param work Says what `compute` does with the constants: equal texts give equal results. */
  get(constants: readonly Float32Array[], work: string, compute: () => Float32Array): Float32Array {
    const [owner] = constants;
    let memo = this.#memo.get(owner);
    if (memo === undefined) {
      memo = new Map();
      this.#memo.set(owner, memo);
    }
    const key = `${work};${constants.map((constant) => this.#idOf(constant)).join(',')}`;
    let result = memo.get(key);
    if (result === undefined) {
      result = compute();
      memo.set(key, result);
    }
    return result;
  }

  #idOf(constant: Float32Array): number {
    let id = this.#ids.get(constant);
    if (id === undefined) {
      id = ++this.#lastId;
      this.#ids.set(constant, id);
    }
    return id;
  }
}

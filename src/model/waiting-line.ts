interface Place<Value> {
  readonly value: Value;
  /** Leaves the line, at the same cost wherever it stands. Once more does nothing. */
  leave(): void;
}

interface Link<Value> extends Place<Value> {
  before: Link<Value> | undefined;
  after: Link<Value> | undefined;
}

/** Values in the order in which they came, any of which may leave. */
export class WaitingLine<Value> {
  #first: Link<Value> | undefined;
  #last: Link<Value> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): Value | undefined {
    return this.#first?.value;
  }

  /** Puts a value at the end; the function that it returns takes it out again. */
  add(value: Value): () => void {
    let isIn = true;
    const leave = () => {
      if (isIn) this.#remove(link);
      isIn = false;
    };
    const link: Link<Value> = { value, leave, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    this.#size++;
    return leave;
  }

  /** From the first on. The one that was given last may leave meanwhile. */
  *[Symbol.iterator](): Generator<Place<Value>, void, void> {
    let link = this.#first;
    while (link !== undefined) {
      const { after } = link;
      yield link;
      link = after;
    }
  }

  #remove({ before, after }: Link<Value>): void {
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    this.#size--;
  }
}

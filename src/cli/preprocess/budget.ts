/** Lets only so much of something be in use at a time. Whoever comes first is served first; what is larger than all goes alone. */
export class Budget {
  readonly #total: number;
  #free: number;
  readonly #waiting: { readonly amount: number; readonly go: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /** Resolves when there is room. Every `take` needs its `give`. */
  take(amount: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ amount: this.#held(amount), go });
      this.#serve();
    });
  }

  give(amount: number): void {
    this.#free += this.#held(amount);
    this.#serve();
  }

  #held(amount: number): number {
    return Math.min(amount, this.#total);
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined && first.amount <= this.#free; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= first.amount;
      first.go();
    }
  }
}

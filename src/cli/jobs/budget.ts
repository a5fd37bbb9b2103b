/** Lets only so much of something be in use at a time. Whoever comes first is served first. */
export class Budget {
  readonly #most: number;
  #free: number;
  readonly #waiting: { readonly amount: number; readonly go: () => void }[] = [];

  /** @param most What a single one counts for at most: a larger one waits for as much and is then let through. */
  constructor(total: number, most = total) {
    this.#most = most;
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
    return Math.min(amount, this.#most);
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined && first.amount <= this.#free; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= first.amount;
      first.go();
    }
  }
}

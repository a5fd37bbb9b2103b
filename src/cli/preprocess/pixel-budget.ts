/** Lets only so many pixels be in memory at a time. Whoever comes first is served first; one that is larger than all goes alone. */
export class PixelBudget {
  readonly #total: number;
  #free: number;
  readonly #waiting: { readonly pixels: number; readonly go: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /** Resolves when there is room. Every `take` needs its `give`. */
  take(pixels: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ pixels: this.#held(pixels), go });
      this.#serve();
    });
  }

  give(pixels: number): void {
    this.#free += this.#held(pixels);
    this.#serve();
  }

  #held(pixels: number): number {
    return Math.min(pixels, this.#total);
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined && first.pixels <= this.#free; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= first.pixels;
      first.go();
    }
  }
}

import { styleText } from 'node:util';

const WIDTH = 24;
/** Between two lines where nobody looks at a terminal. */
const LINE_MS = 10_000;
/** Between two pictures of the bar. */
const BAR_MS = 100;

/** Where progress is shown. */
export type ProgressStream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write' | 'clearLine' | 'cursorTo'>;

/** Shows how many images are done, how fast it goes and how long it will take: a bar on a terminal, else a line now and then. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #total: number;
  readonly #now: () => number;
  #before = 0;
  #started: number;
  #shown: number;

  constructor(stream: ProgressStream, total: number, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#total = total;
    this.#now = now;
    this.#started = now();
    this.#shown = stream.isTTY ? Number.NEGATIVE_INFINITY : this.#started;
  }

  /** The clock starts. @param before Images that an earlier run did. */
  begin(before: number): void {
    this.#before = before;
    this.#started = this.#now();
  }

  show(done: number, errors: number): void {
    const now = this.#now();
    if (now - this.#shown < (this.#stream.isTTY ? BAR_MS : LINE_MS)) return;
    this.#shown = now;
    const seconds = (now - this.#started) / 1e3;
    const rate = seconds > 0 ? (done - this.#before) / seconds : 0;
    const left = rate > 0 ? `, ${duration((this.#total - done) / rate)} left` : '';
    const bad = errors > 0 ? `, ${errors} bad` : '';
    const text = `${done}/${this.#total}, ${rate.toFixed(rate < 10 ? 1 : 0)} images/s${left}${bad}`;
    if (!this.#stream.isTTY) {
      this.#stream.write(`${text}\n`);
      return;
    }
    const filled = Math.round((WIDTH * done) / this.#total);
    const line = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${text}`;
    this.clear();
    this.#stream.write(styleText('dim', line.slice(0, Math.max(0, (this.#stream.columns ?? 80) - 1))));
  }

  /** Makes room for other lines. */
  clear(): void {
    if (!this.#stream.isTTY) return;
    this.#stream.clearLine(0);
    this.#stream.cursorTo(0);
  }
}

export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

import { styleText } from 'node:util';
import type { OnProgress } from './cases.js';

const WIDTH = 24;

/** A bar on a terminal that names the case under way and the time left; nothing elsewhere, so that logs stay readable. */
export function progressBar(stream: NodeJS.WriteStream, now: () => number = () => performance.now()): OnProgress {
  if (!stream.isTTY) return () => {};
  const started = now();
  return (done, total, next) => {
    stream.clearLine(0);
    stream.cursorTo(0);
    if (next === undefined) return;
    const filled = Math.round((WIDTH * done) / total);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const left = done === 0 ? '' : `, ${minutes(((now() - started) / done) * (total - done))} left`;
    const line = `${bar} ${done}/${total}${left}  ${next.suite}/${next.name}`;
    stream.write(styleText('dim', line.slice(0, Math.max(0, (stream.columns ?? 80) - 1))));
  };
}

function minutes(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1e3);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

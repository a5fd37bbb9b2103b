import type { Detection } from './detector.ts';
import { cornersOf } from './geometry.ts';
import type { Reading } from './recogniser.ts';

/** A row for each line: its number in the picture, score, corners, and what it says if that was read. */
export function reportLines({ lines }: Detection, readings: readonly Reading[] | undefined): string {
  const rows = lines.map(({ box, score }, i) => {
    const corners = cornersOf(box).map(({ x, y }) => `(${Math.round(x)}, ${Math.round(y)})`.padEnd(10));
    const reading = readings?.[i];
    const text = reading === undefined ? '' : `   ${JSON.stringify(reading.text)} (${reading.confidence.toFixed(2)})`;
    return `  ${String(i + 1).padStart(2)}   score ${score.toFixed(3)}   ${corners.join(' ')}${text}`;
  });
  return rows.map((row) => row.trimEnd()).join('\n');
}

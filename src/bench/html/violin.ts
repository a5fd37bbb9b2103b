import { quantile } from '../summary.js';
import { density } from './density.js';
import { html, type Markup } from './markup.js';
import type { Scale } from './scale.js';

/** With fewer samples a density shows its kernel more than the data: they are drawn as points. */
const ENOUGH = 8;

/**
 * Samples along an axis: their density, the quartiles as a box, the median as a line. Samples beyond the axis are
 * counted at its end.
 *
 * @param sorted in rising order
 */
export function violin(sorted: ArrayLike<number>, scale: Scale, side: number, top: number, height: number): Markup {
  const middle = top + height / 2;
  const at = (value: number) => Math.min(Math.max(scale.at(value), 0), 100);
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((fraction) => at(quantile(sorted, fraction)));
  const body = sorted.length < ENOUGH || sorted[0] === sorted[sorted.length - 1] ? points : shape;
  return html`<g class="side-${side}">${body(sorted, scale, top, height)}<rect class="box" x="${q1}%" width="${q3 - q1}%" y="${middle - 2}" height="4"/><line class="median" x1="${median}%" x2="${median}%" y1="${middle - 6}" y2="${middle + 6}"/>${beyond(sorted, scale, middle)}</g>`;
}

function points(sorted: ArrayLike<number>, scale: Scale, top: number, height: number): Markup {
  const inside = Array.from(sorted).filter((sample) => sample >= scale.low && sample <= scale.high);
  return html`${inside.map((sample) => html`<circle class="dot" cx="${scale.at(sample)}%" cy="${top + height / 2}" r="2.5"/>`)}`;
}

/** Drawn in a box of its own, 100 units wide, as the points of a path cannot be percentages. */
function shape(sorted: ArrayLike<number>, scale: Scale, top: number, height: number): Markup {
  const middle = height / 2;
  const curve = density(sorted).map(({ value, density: share }) => [scale.at(value), share * (middle - 1)] as const);
  const upper = curve.map(([x, half]) => `${x.toFixed(2)},${(middle - half).toFixed(2)}`);
  const lower = curve.map(([x, half]) => `${x.toFixed(2)},${(middle + half).toFixed(2)}`).reverse();
  return html`<svg class="inner" y="${top}" width="100%" height="${height}" viewBox="0 0 100 ${height}" preserveAspectRatio="none"><path class="violin" d="M${[...upper, ...lower].join('L')}Z"/></svg>`;
}

function beyond(sorted: ArrayLike<number>, scale: Scale, middle: number): Markup | false {
  const samples = Array.from(sorted).filter((sample) => sample > scale.high);
  if (samples.length === 0) return false;
  return html`<text class="beyond" x="100%" y="${middle + 4}" text-anchor="end">+${samples.length} ›</text>`;
}

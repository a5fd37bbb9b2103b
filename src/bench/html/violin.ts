import { sortedQuantile } from '../statistics/quantile.js';
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
  const places = Array.from(sorted, scale.at);
  const inside = places.filter((place) => place >= 0 && place <= 100);
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((fraction) => Math.min(sortedQuantile(places, fraction), 100));
  const body = inside.length < ENOUGH || inside[0] === inside[inside.length - 1] ? points : shape;
  return html`<g class="side-${side}">${body(inside, top, height)}<rect class="box" x="${q1}%" width="${q3 - q1}%" y="${middle - 2}" height="4"/><line class="median" x1="${median}%" x2="${median}%" y1="${middle - 6}" y2="${middle + 6}"/>${beyond(places, middle)}</g>`;
}

function points(places: readonly number[], top: number, height: number): Markup {
  return html`${places.map((place) => html`<circle class="dot" cx="${place}%" cy="${top + height / 2}" r="2.5"/>`)}`;
}

/**
 * The density is that of places along the axis: on a logarithmic one it is not the density of the times. Drawn in a
 * box of its own, 100 units wide, as the points of a path cannot be percentages.
 */
function shape(places: readonly number[], top: number, height: number): Markup {
  const middle = height / 2;
  const outline = density(places).map(({ value, density: share }) => [value, share * (middle - 1)] as const);
  const upper = outline.map(([x, half]) => `${x.toFixed(2)},${(middle - half).toFixed(2)}`);
  const lower = outline.map(([x, half]) => `${x.toFixed(2)},${(middle + half).toFixed(2)}`).reverse();
  return html`<svg class="inner" y="${top}" width="100%" height="${height}" viewBox="0 0 100 ${height}" preserveAspectRatio="none"><path class="violin" d="M${[...upper, ...lower].join('L')}Z"/></svg>`;
}

function beyond(places: readonly number[], middle: number): Markup | false {
  const count = places.filter((place) => place > 100).length;
  return count > 0 && html`<text class="beyond" x="100%" y="${middle + 4}" text-anchor="end">+${count} ›</text>`;
}

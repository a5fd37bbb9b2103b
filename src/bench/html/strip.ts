import { html, type Markup } from './markup.js';
import type { Scale } from './scale.js';

/** Row of a chart: its name at the left (above it on a phone), a drawing as wide as there is room, and text. */
export interface Row {
  readonly name: Markup;
  /** What the drawing shows, for those who do not see it. */
  readonly label: string;
  readonly find: string;
  readonly height: number;
  readonly drawing: readonly Markup[];
  readonly text?: Markup;
}

/** Rows over one axis. The grid is drawn in each of them, without gaps: it runs through. */
export function stripChart(rows: readonly Row[], scale: Scale, formatTick: (tick: number) => string): Markup {
  const grid = scale.ticks.map(
    (tick) => html`<line class="grid" x1="${scale.at(tick)}%" x2="${scale.at(tick)}%" y1="0" y2="100%"/>`,
  );
  const labels = scale.ticks.map(
    (tick) => html`<text x="${scale.at(tick)}%" y="13" text-anchor="middle">${formatTick(tick)}</text>`,
  );
  return html`<ul class="strips">
${rows.map(
  ({ name, label, find, height, drawing, text }) =>
    html`<li data-find="${find}"><span class="name">${name}</span><svg class="strip" height="${height}" role="img" aria-label="${label}">${grid}${drawing}</svg>${text && html`<span class="text">${text}</span>`}</li>
`,
)}<li class="axis" aria-hidden="true"><span class="name"></span><svg class="strip" height="18">${labels}</svg></li>
</ul>`;
}

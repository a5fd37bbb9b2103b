import { html, type Markup } from './markup.js';

/** The sides of a figure with their colours. Alone, ours needs none. */
export function legend(present: ReadonlySet<string>, sides: readonly string[]): Markup | false {
  if (present.size < 2) return false;
  return html`<span class="legend">${sides.map(
    (side, i) => present.has(side) && html`<span class="side-${i}"><i></i>${side}</span>`,
  )}</span>`;
}

/** Text that is markup already. Only {@link html} and {@link trusted} make it, so whatever else is in a page is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: strings are escaped, false and undefined are nothing, lists are joined. */
export type Child = Markup | string | number | false | undefined | readonly Child[];

/** HTML or SVG of a template whose values are escaped, in text and in quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...children: Child[]): Markup {
  return new Markup(parts.map((part, i) => (i === 0 ? part : render(children[i - 1]) + part)).join(''));
}

/** Markup from a constant of our own. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(child: Child): string {
  if (child === false || child === undefined) return '';
  if (child instanceof Markup) return child.text;
  if (typeof child === 'string') return escapeText(child);
  // A hundredth of a pixel or a percent is as fine as a drawing gets.
  if (typeof child === 'number') return String(Math.round(child * 100) / 100);
  return child.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

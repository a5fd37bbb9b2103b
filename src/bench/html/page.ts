import { html, type Markup, trusted } from './markup.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

/** A section and its name in the page's list. */
export interface Section {
  readonly anchor: string;
  readonly title: string;
  readonly content: Markup;
}

// The page promises to ask for nothing; with this, the browser keeps the promise for it.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** The whole document around what the sections show. */
export function page(title: string, head: Markup, sections: readonly Section[], foot: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
${head}<nav aria-label="Sections">${sections.map(({ anchor, title: name }) => html`<a href="#${anchor}">${name}</a>`)}<a href="#machine">Machine</a>
<label hidden><input type="search" placeholder="Filter all cases" aria-label="Filter all cases by name, suite, side or algorithm"></label></nav>
<main>
${sections.map(({ content }) => content)}</main>
${foot}<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.text;
}

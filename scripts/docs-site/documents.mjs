/** Markdown files as pages: a page is called what its first heading says, which is then not said twice. */
import { readdirSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { Converter } from 'typedoc';
import { listSections, pageName } from './pages.mjs';

const HEADING = /^\s*# ([^\n]+)\n+/;

/** The front page is called after what it is for: the package's name stands above every page already. */
const FRONT_PAGE = 'Getting started';

/** Takes the heading off the parts that typedoc has cut the text into: code, which a heading may have in it, is a part each. */
function takeHeading(parts) {
  const end = parts.findIndex(({ kind, text }) => kind === 'text' && text.includes('\n'));
  const heading = parts.slice(0, end + 1).map(({ text }) => text);
  const found = HEADING.exec(heading.join(''));
  if (found === null) return undefined;
  const before = heading.slice(0, end).join('').length;
  parts[end].text = parts[end].text.slice(found[0].length - before);
  parts.splice(0, end);
  return found[1].replaceAll('`', '');
}

function describeDocument(document, file, section) {
  const title = takeHeading(document.content);
  if (title === undefined) throw new Error(`${file} begins with no heading, which would be the page's title`);
  document.name = file === 'README.md' ? FRONT_PAGE : title;
  Object.assign(document.frontmatter, { group: section, page: pageName(file) });
}

/** @param {import('typedoc').Application} app */
export function readDocuments(app, root) {
  const sections = new Map(listSections(root).flatMap(({ title, files }) => files.map((file) => [file, title])));
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const path = document.project.files.getReflectionPath(document);
    const file = relative(root, path).replaceAll(sep, '/');
    describeDocument(document, file, sections.get(file));
    // A link to a folder leads to its README, as it does where the files are browsed.
    if (readdirSync(dirname(path)).includes('README.md') && file.endsWith('README.md')) {
      document.project.files.registerReflectionPath(dirname(path), document);
    }
  });
}

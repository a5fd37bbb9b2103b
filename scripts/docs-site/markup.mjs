/** What pages lack by themselves: a description of their own, and tables that scroll where they are wider than the screen. */
import { PageEvent } from 'typedoc';

const LONGEST_DESCRIPTION = 160;

/** typedoc has the sentence about a type once for the parameter and once for the type. */
const SAID_TWICE = /(<div class="tsd-comment tsd-typography">(?:(?!<\/div>)[\s\S])*<\/div>\s*)\1/g;

/** @param {import('markdown-it').default} parser */
export function wrapTables(parser) {
  parser.renderer.rules.table_open = () => '<div class="table"><table>\n';
  parser.renderer.rules.table_close = () => '</table></div>\n';
}

function firstParagraph(markdown) {
  const paragraphs = markdown.split(/\n\s*\n/).map((text) => text.trim());
  return paragraphs.find((text) => /^[\p{L}`*[]/u.test(text)) ?? '';
}

function plain(markdown) {
  const text = markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (text.length <= LONGEST_DESCRIPTION) return text;
  return `${text.slice(0, text.lastIndexOf(' ', LONGEST_DESCRIPTION - 1))}…`;
}

export function describePage(model) {
  const parts = model.isDocument() ? model.content : (model.comment ?? model.signatures?.[0]?.comment)?.summary;
  return plain(firstParagraph((parts ?? []).map(({ text }) => text).join('')));
}

function escapeAttribute(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** @param {import('typedoc').Application} app */
export function describePages(app) {
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents.replace(SAID_TWICE, '$1');
    const description = describePage(page.model);
    if (description === '') return;
    page.contents = page.contents.replace(
      /<meta name="description" content="[^"]*"/,
      () => `<meta name="description" content="${escapeAttribute(description)}"`,
    );
  });
}

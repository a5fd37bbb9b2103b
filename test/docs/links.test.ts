import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLinks } from '../../scripts/docs-site/links.mjs';

let site: string;

function write(name: string, text: string): void {
  const file = join(site, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** As typedoc writes what its scripts read. */
function pack(name: string, value: unknown): string {
  return `window.${name} = "${deflateSync(JSON.stringify(value)).toString('base64')}"`;
}

beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), 'convkit-site-'));
  write('index.html', '<h1 id="top">Home</h1><a href="docs/models.html#shapes">Models</a>');
  write('docs/models.html', '<h2 id="shapes" class="x">Shapes</h2><a href="../index.html#top">Home</a>');
  write('media/a&b.png', '');
});

afterEach(() => rmSync(site, { recursive: true }));

const SOUND = [
  '<a href="#here" id="here">',
  '<a id="x" href="models.html">',
  '<img src="../media/a&amp;b.png" alt="a > b">',
  '<a href="../index.html?theme=dark#top">',
  '<a href="https://onnx.ai/onnx/operators/#conv">',
  '<a href="mailto:someone@convkit.dev">',
  '<script>const a = "<a href=\'missing.html\'>";</script>',
  '<!-- <a href="missing.html"> -->',
  '<pre><code>&lt;a href="missing.html"&gt;</code></pre>',
  '<a id="no-link">',
];

const BROKEN: [html: string, fault: RegExp][] = [
  ['<a href="missing.html">', /^docs\/page\.html: missing\.html leads to no file$/],
  ['<a class="x" href="models.html#sizes">', /an anchor that docs\/models\.html lacks/],
  ['<a href="#sizes">', /an anchor that docs\/page\.html lacks/],
  ['<a\n  href="missing.html"\n>', /no file/],
  ['<img src="../media/missing.png">', /no file/],
  ['<a href="../media/missing.json">', /no file/],
  ['<link rel="icon" href="favicon.svg">', /no file/],
  ['<script async src="main.js"></script>', /no file/],
  ['<svg><use href="icons.svg#icon-1"></use></svg>', /no file/],
  ['<a href="../docs">', /folder/],
  ['<a href="/docs/models.html">', /absolute/],
  ['<a href="//cdn.net/a">', /scheme/],
  ['<a href="../../outside.html">', /out of the site/],
  ['<a href="..%2F..%2Foutside.html">', /out of the site/],
  ['<a href="models.html#%E0%A4%A">', /encoded/],
  ['<a href="file:///etc/hosts">', /scheme file:/],
  ['<a href="https://">', /no address/],
  ['<a href="https://github.com/OWNER/convkit">', /placeholder/],
  ['<a href="https://example.com/convkit">', /placeholder/],
  ['<script src="https://cdn.net/a.js"></script>', /fetched from elsewhere/],
  ['<link rel="stylesheet" href="https://fonts.net/a.css">', /fetched from elsewhere/],
];

describe('the links of a site', () => {
  it.each(SOUND)('are sound: %s', (html) => {
    write('docs/page.html', html);
    expect(checkLinks(site).faults).toEqual([]);
  });

  it.each(BROKEN)('are broken: %s', (html, fault) => {
    write('docs/page.html', `<p>before</p>${html}<p>after</p>`);
    const { faults, pages } = checkLinks(site);
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(pages).toBe(3);
  });

  it('do not lead to Markdown that lies beside the pages', () => {
    write('docs/images.md', '# Images');
    write('docs/page.html', '<a href="images.md">');
    expect(checkLinks(site).faults).toEqual([expect.stringMatching(/Markdown/)]);
  });

  it('are those of the sidebar and of the search too', () => {
    const entry = { text: 'Models', path: 'docs/models.html', children: [{ text: 'Gone', path: 'docs/gone.html' }] };
    write('assets/navigation.js', pack('navigationData', [{ text: 'Guides', children: [entry] }]));
    write('assets/search.js', pack('searchData', { rows: [{ url: 'docs/models.html#lost' }, { url: 'index.html' }] }));
    const { faults, links } = checkLinks(site);
    expect(faults).toEqual([
      expect.stringMatching(/^the sidebar: docs\/gone\.html leads to no file/),
      expect.stringMatching(/^the search: docs\/models\.html#lost has an anchor/),
    ]);
    expect(links).toBe(6);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listSections, pageName } from '../../scripts/docs-site/pages.mjs';
import { chromium, hiddenOnNarrowScreen, search } from './browser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const site = join(root, 'build', 'site');
const built = existsSync(join(site, 'index.html'));

describe('pages of the site', () => {
  const files = listSections(root).flatMap((section) => section.files);

  it('are all of the guides and decisions, each once', () => {
    const written = ['docs', 'docs/decisions'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
    );
    for (const file of written.filter((name) => name.endsWith('.md'))) expect(files).toContain(file);
    expect(new Set(files.map(pageName)).size).toBe(files.length);
  });

  it.each(files)('are there and begin with what they are called: %s', (file) => {
    expect(readFileSync(join(root, file), 'utf8')).toMatch(/^# \S/);
  });

  it.each([
    ['README.md', 'index'],
    ['docs/models.md', 'docs/models'],
    ['docs/decisions/README.md', 'docs/decisions/index'],
    ['CHANGELOG.md', 'changelog'],
  ])('have the address of their file: %s', (file, address) => {
    expect(pageName(file)).toBe(address);
  });
});

/** The last value of each colour of a theme; a colour may be another's. */
function palette(theme: string): Map<string, string> {
  const sheets = ['node_modules/typedoc/static/style.css', 'scripts/docs-site/style.css'];
  if (built) sheets.splice(1, 0, 'build/site/assets/highlight.css');
  const css = sheets.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const values = new Map([...css.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]));
  const resolve = (value: string): string => {
    const name = /^var\(\s*--([\w-]+)\s*\)$/.exec(value)?.[1];
    return name === undefined ? value : resolve(values.get(name) ?? '');
  };
  const own = [...values].filter(([name]) => name.startsWith(`${theme}-`));
  return new Map(own.map(([name, value]) => [name.slice(theme.length + 1), resolve(value)]));
}

function luminance(colour: string): number {
  const digits =
    colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit) : colour.slice(1).match(/../g);
  const [red, green, blue] = (digits ?? []).map((pair) => {
    const part = Number.parseInt(pair, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @see https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'])('colours of the %s theme', (theme) => {
  const colours = palette(theme);

  it.each(['color-background', 'color-background-secondary', 'code-background'])('can be read on %s', (ground) => {
    const names = [...colours.keys()].filter((name) => /^(color-(text|text-aside|link|ts-.*)|hl-\d+)$/.test(name));
    expect(names.length).toBeGreaterThan(20);
    // Re-exports, of which there are none.
    const faint = names
      .filter((name) => name !== 'color-ts-reference')
      .filter((name) => contrast(colours.get(name) as string, colours.get(ground) as string) < 4.5);
    expect(faint).toEqual([]);
  });

  it('show the page that one is on', () => {
    const [text, ground] = ['color-text', 'color-background-active'].map((name) => colours.get(name) as string);
    expect(contrast(text, ground)).toBeGreaterThan(4.5);
  });
});

describe.skipIf(!built)('the site that `npm run docs:site` built', () => {
  const page = (name: string) => readFileSync(join(site, name), 'utf8');

  it('says on each page what it is', () => {
    for (const name of ['index.html', 'docs/models.html', 'reference/functions/conv2d.html']) {
      expect(page(name)).toContain('<html class="default" lang="en"');
      expect(page(name)).toMatch(/<meta name="description" content="(?!Documentation for)[^"]{20,161}"/);
    }
    expect(page('docs/models.html')).toContain('<title>Models | convkit');
    expect(page('docs/models.html').match(/<h1/g)).toHaveLength(1);
  });

  it('spells out names, and shows a function with its options', () => {
    expect(page('reference/types/Algorithm.html')).toMatch(/winograd/);
    expect(page('reference/functions/conv2d.html')).toMatch(/id="paddingmode"/i);
  });

  it('leads from what is thrown to the error', () => {
    const [, thrown] = page('reference/image/functions/resize.html').split('>Throws<');
    expect(thrown).toMatch(/<a href="\.\.\/\.\.\/classes\/ShapeError\.html"[^>]*>ShapeError<\/a>/);
  });

  it('names nothing that cannot be imported', () => {
    const conv2d = page('reference/classes/Conv2d.html');
    const hidden = ['ConvLayer<', 'ConvLayer.', 'LeafLayer', 'ProgramBuilder', 'parameterMap'];
    expect(hidden.filter((name) => conv2d.includes(name))).toEqual([]);
  });

  it.skipIf(chromium === undefined)('finds operators by their words, and text of pages', async () => {
    const found = await search(site, ['max pool', 'conv2d', 'adaptive average', 'subgraphs', 'handwritten digits']);
    expect(found['max pool'].slice(0, 3)).toContain('reference/functions/maxPool2d.html');
    expect(found.conv2d.slice(0, 2)).toContain('reference/functions/conv2d.html');
    expect(found['adaptive average'].slice(0, 3)).toContain('reference/functions/adaptiveAvgPool2d.html');
    expect(found.subgraphs).toEqual(['docs/models.html']);
    expect(found['handwritten digits']).toContain('index.html');
  });

  it.skipIf(chromium === undefined)('fits on a narrow screen: tables and code scroll, pages do not', async () => {
    const pages = [
      'index.html',
      'changelog.html',
      'docs/images.html',
      'docs/models.html',
      'docs/performance.html',
      'docs/decisions/index.html',
      'reference/index.html',
      'reference/classes/Conv2d.html',
      'reference/functions/conv2d.html',
      'reference/image/functions/centerCrop.html',
      'reference/interfaces/ConvTransposeLayerOptions.html',
    ];
    const hidden = await hiddenOnNarrowScreen(site, pages);
    expect(hidden).toEqual(Object.fromEntries(pages.map((name) => [name, 0])));
  });
});

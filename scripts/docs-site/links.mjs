/** Follows every link of a folder of HTML without a network: what it leads to has to be there. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { inflateSync } from 'node:zlib';
import { readTags } from './html.mjs';

/** What an attribute of a tag leads to. */
const LEADS = { a: ['href'], link: ['href'], img: ['src'], script: ['src'], source: ['src'], use: ['href'] };

/** Addresses that the project does not have yet, or that only a machine at home understands. */
const PLACEHOLDER = /example\.(com|org|net)|OWNER|YOUR[-_]|TODO|localhost|127\.0\.0\.1/;

/** As a link would write it, whatever the system's separator. */
function nameOf(root, file) {
  return relative(root, file).replaceAll(sep, '/');
}

class Site {
  #pages = new Map();

  constructor(root) {
    this.root = root;
  }

  /** Tags and anchors of a page, read once. */
  page(file) {
    if (!this.#pages.has(file)) {
      const tags = readTags(readFileSync(file, 'utf8'));
      const anchors = tags.flatMap(({ attributes }) => [attributes.id, attributes.name]).filter(Boolean);
      this.#pages.set(file, { tags, anchors: new Set(anchors) });
    }
    return this.#pages.get(file);
  }
}

function externalFault(link) {
  let url;
  try {
    url = new URL(link);
  } catch {
    return 'is no address';
  }
  if (url.protocol === 'mailto:') return undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `has the scheme ${url.protocol}`;
  return PLACEHOLDER.test(link) ? 'is a placeholder' : undefined;
}

function decodePath(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** @returns what is wrong with a link on a page, or undefined */
function linkFault(site, file, { name, link }) {
  if (/^[a-z][a-z\d+.-]*:/i.test(link)) return name === 'a' ? externalFault(link) : 'is fetched from elsewhere';
  if (link.startsWith('//')) return 'takes its scheme from the page, which may be a file';
  if (link.startsWith('/')) return 'is absolute: it would not work in a folder of a server';
  const [path, anchor] = link
    .replace(/\?[^#]*/, '')
    .split('#')
    .map(decodePath);
  if (path === undefined || (link.includes('#') && anchor === undefined)) return 'is not encoded rightly';
  const target = path === '' ? file : resolve(dirname(file), path);
  if (relative(site.root, target).split(sep)[0] === '..') return 'leads out of the site';
  if (!existsSync(target)) return 'leads to no file';
  if (statSync(target).isDirectory()) return 'leads to a folder, which is no page where there is no server';
  if (path.endsWith('.md')) return 'leads to Markdown, not to a page';
  if (!anchor || !target.endsWith('.html')) return undefined;
  return site.page(target).anchors.has(anchor) ? undefined : `has an anchor that ${nameOf(site.root, target)} lacks`;
}

/** What typedoc's scripts bring: a name on `window` and what is there as compressed JSON. */
function readAsset(root, name) {
  const file = join(root, 'assets', name);
  if (!existsSync(file)) return undefined;
  const [, packed] = /"([^"]*)"/.exec(readFileSync(file, 'utf8'));
  return JSON.parse(inflateSync(Buffer.from(packed, 'base64')).toString());
}

function navigationLinks(entries) {
  return entries.flatMap(({ path, children }) => [
    ...(path === undefined ? [] : [path]),
    ...navigationLinks(children ?? []),
  ]);
}

/** Links of the sidebar and of the search, which scripts put into every page. */
function scriptLinks(root) {
  return [
    ...navigationLinks(readAsset(root, 'navigation.js') ?? []).map((link) => ({ from: 'the sidebar', link })),
    ...(readAsset(root, 'search.js')?.rows ?? []).map(({ url }) => ({ from: 'the search', link: url })),
  ];
}

function listPages(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/**
 * @param {string} root The site's folder
 * @returns {{ pages: number, links: number, faults: string[] }}
 */
export function checkLinks(root) {
  const site = new Site(root);
  const pages = listPages(root);
  const found = pages.flatMap((file) =>
    site
      .page(file)
      .tags.flatMap(({ name, attributes }) =>
        (LEADS[name] ?? [])
          .filter((attribute) => attributes[attribute] !== undefined)
          .map((attribute) => ({ from: nameOf(root, file), file, name, link: attributes[attribute] })),
      ),
  );
  const byScript = scriptLinks(root).map((entry) => ({ ...entry, file: join(root, 'index.html'), name: 'a' }));
  const all = [...found, ...byScript];
  const faults = all.flatMap((entry) => {
    const fault = linkFault(site, entry.file, entry);
    return fault === undefined ? [] : [`${entry.from}: ${entry.link} ${fault}`];
  });
  return { pages: pages.length, links: all.length, faults: [...new Set(faults)] };
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser on this machine, or undefined. */
export const chromium = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** What the reader's hands do: open the search, type, and wait for what comes. */
const TYPE = `
  const found = {};
  const field = document.getElementById('tsd-search-input');
  const results = document.getElementById('tsd-search-results');
  document.getElementById('tsd-search-trigger').click();
  for (const query of given) {
    field.value = query;
    for (let wait = 0; wait < 50 && results.querySelector('a') === null; wait++) {
      field.dispatchEvent(new Event('input'));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    found[query] = [...results.querySelectorAll('a')].map((link) => link.href.slice(document.baseURI.length));
    results.innerHTML = '';
  }
  return found;`;

/** Frames, because a window of a browser without a screen has a least width. */
const MEASURE = `
  const hidden = {};
  for (const page of given) {
    const frame = document.createElement('iframe');
    Object.assign(frame.style, { width: '360px', height: '640px', border: '0' });
    frame.src = page;
    document.body.append(frame);
    await new Promise((resolve) => { frame.onload = resolve; });
    frame.contentDocument.body.style.removeProperty('display');
    const { scrollWidth, clientWidth } = frame.contentDocument.documentElement;
    hidden[page] = scrollWidth - clientWidth;
    frame.remove();
  }
  return hidden;`;

async function dumpDom(page: string, folder: string): Promise<string> {
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--dump-dom', '--virtual-time-budget=60000'];
  const own = [`--user-data-dir=${join(folder, 'profile')}`, '--allow-file-access-from-files'];
  const run = promisify(execFile)(chromium as string, [...flags, ...own, pathToFileURL(page).href], {
    timeout: 90_000,
    maxBuffer: 1 << 26,
  });
  return (await run).stdout;
}

/** Opens the front page of a site in a browser, runs a script there, and tells what it returns. */
async function inBrowser<Result>(site: string, script: string, given: readonly string[]): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'convkit-site-'));
  try {
    const front = await readFile(join(site, 'index.html'), 'utf8');
    const base = `<base href="${pathToFileURL(site).href}/">`;
    const hands = `<script>addEventListener('load', async () => {
      const told = await (async (given) => {${script}})(${JSON.stringify(given)});
      document.body.innerHTML = '<pre id="told"></pre>';
      document.getElementById('told').textContent = encodeURIComponent(JSON.stringify(told));
    });</script>`;
    const page = join(folder, 'page.html');
    await writeFile(page, front.replace('<head>', `<head>${base}`).replace('</body>', `${hands}</body>`));
    const told = /<pre id="told">([^<]*)<\/pre>/.exec(await dumpDom(page, folder))?.[1];
    if (told === undefined) throw new Error('the script in the page came to no end');
    return JSON.parse(decodeURIComponent(told));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Types each query into the search of a site, and tells the addresses that it then shows, best first. */
export function search(site: string, queries: readonly string[]): Promise<Record<string, string[]>> {
  return inBrowser(site, TYPE, queries);
}

/** How many pixels of each page lie beyond the edge of a screen of 360. */
export function hiddenOnNarrowScreen(site: string, pages: readonly string[]): Promise<Record<string, number>> {
  return inBrowser(site, MEASURE, pages);
}

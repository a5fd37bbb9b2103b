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
const TYPING = `
addEventListener('load', async () => {
  const found = {};
  const field = document.getElementById('tsd-search-input');
  document.getElementById('tsd-search-trigger').click();
  for (const query of QUERIES) {
    const results = document.getElementById('tsd-search-results');
    field.value = query;
    for (let wait = 0; wait < 50 && results.querySelector('a') === null; wait++) {
      field.dispatchEvent(new Event('input'));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    found[query] = [...results.querySelectorAll('a')].map((link) => link.href.slice(document.baseURI.length));
    results.innerHTML = '';
  }
  document.body.innerHTML = '<pre id="found"></pre>';
  document.getElementById('found').textContent = encodeURIComponent(JSON.stringify(found));
});`;

async function dumpDom(page: string, folder: string): Promise<string> {
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--dump-dom', '--virtual-time-budget=60000'];
  const own = [`--user-data-dir=${join(folder, 'profile')}`, '--allow-file-access-from-files'];
  const run = promisify(execFile)(chromium as string, [...flags, ...own, pathToFileURL(page).href], {
    timeout: 90_000,
    maxBuffer: 1 << 26,
  });
  return (await run).stdout;
}

/** Types each query into the search of a site, and tells the addresses that it then shows, best first. */
export async function search(site: string, queries: readonly string[]): Promise<Record<string, string[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'convkit-search-'));
  try {
    const front = await readFile(join(site, 'index.html'), 'utf8');
    const base = `<base href="${pathToFileURL(site).href}/">`;
    const script = `<script>${TYPING.replace('QUERIES', JSON.stringify(queries))}</script>`;
    const page = join(folder, 'search.html');
    await writeFile(page, front.replace('<head>', `<head>${base}`).replace('</body>', `${script}</body>`));
    const found = /<pre id="found">([^<]*)<\/pre>/.exec(await dumpDom(page, folder))?.[1];
    if (found === undefined) throw new Error('the page with the search came to no end');
    return JSON.parse(decodeURIComponent(found));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

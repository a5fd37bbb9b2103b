import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** By section: what to append so that the example ends, and what it then prints. */
const EXAMPLES = [
  {
    section: 'convkit',
    // What the comments promise, but for the backend, which is the one that there is.
    prints: ['[ [ 0, 1, 1, 0 ], [ 1, 0, 0, 1 ], [ 1, 0, 0, 1 ], [ 0, 1, 1, 0 ] ]', '[ 1, 2, 2 ]'],
  },
  { section: 'A layer', prints: ['[ 1, 10 ]', 'Conv2d'] },
  { section: 'Models', prints: ["name: 'x'", '[ 1, 1, 192, 320 ]'] },
  { section: 'Images', prints: ['[ 1, 3, 224, 224 ]', 'uint8'] },
  {
    section: 'In a server',
    ending: `
      const { port } = server.address();
      console.log(await (await fetch(\`http://localhost:\${port}\`)).text());
      server.close();
      server.closeAllConnections();`,
    prints: ['[1,64,112,112]'],
  },
];

// Inside the package, so that the examples can import it by its name.
let folder = '';
let readme = '';
beforeAll(async () => {
  readme = await readFile(join(root, 'README.md'), 'utf8');
  folder = await mkdtemp(join(root, 'dist', 'readme-'));
});
afterAll(() => rm(folder, { recursive: true }));

function exampleOf(section: string): string {
  const found = readme.match(new RegExp(`^#+ ${section}\n[^]*?^\`\`\`js\n([^]*?)^\`\`\``, 'm'));
  if (found?.[1] === undefined) throw new Error(`README.md has no example in the section ${section}`);
  return found[1];
}

describe('README.md', () => {
  it.each(EXAMPLES)('has an example that runs: $section', async ({ section, ending = '', prints }) => {
    const file = join(folder, `${section.replaceAll(' ', '-')}.mjs`);
    await writeFile(file, exampleOf(section) + ending);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 200_000 });
    for (const text of prints) expect(stdout).toContain(text);
  });

  it('has a test for every example', () => {
    expect(readme.match(/^```js$/gm)).toHaveLength(EXAMPLES.length);
  });
});

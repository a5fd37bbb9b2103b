/** The project's pages on the site, by section, in the order of the sidebar. A page that is added to a folder is there by itself. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where typedoc's reference stands among the sections. */
export const REFERENCE = 'Reference';

function markdownIn(root, folder) {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
  return names.sort().map((name) => `${folder}/${name}`);
}

function readmesBelow(root, folder) {
  const folders = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => `${folder}/${name}/README.md`).filter((file) => existsSync(join(root, file)));
}

/** @returns {{ title: string, files: string[] }[]} files relative to `root`, with slashes; each once */
export function listSections(root) {
  const guides = ['README.md', 'docs/models.md', 'docs/images.md', 'docs/deploying.md'];
  const measuring = ['docs/benchmarking.md', 'docs/performance.md'];
  const inside = ['docs/architecture.md', 'docs/adding-a-kernel.md', 'bench/README.md'];
  const others = markdownIn(root, 'docs').filter((file) => ![...guides, ...measuring, ...inside].includes(file));
  const decisions = markdownIn(root, 'docs/decisions').filter((file) => !file.endsWith('/README.md'));
  return [
    {
      title: 'Guides',
      files: [...guides, ...others, ...measuring, 'examples/README.md', ...readmesBelow(root, 'examples')],
    },
    { title: REFERENCE, files: [] },
    { title: 'Inside', files: inside },
    { title: 'Decisions', files: ['docs/decisions/README.md', ...decisions] },
    { title: 'Project', files: ['CHANGELOG.md', 'CONTRIBUTING.md'] },
  ];
}

/** A page lies where its file does, so that what links to one leads to the other; a README is its folder's index. */
export function pageName(file) {
  return file
    .replace(/\.md$/, '')
    .replace(/(^|\/)README$/, '$1index')
    .toLowerCase();
}

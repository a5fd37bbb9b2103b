/** What typedoc is told. */
import { join } from 'node:path';
import { ASYNC, CATEGORY_ORDER, TYPES } from './categories.mjs';
import { wrapTables } from './markup.mjs';
import { listSections } from './pages.mjs';

export function siteOptions(root, out) {
  const sections = listSections(root);
  const here = join(root, 'scripts', 'docs-site');
  return {
    name: 'convkit',
    out,
    entryPoints: [join(root, 'src/index.ts'), join(root, 'src/image/index.ts')],
    tsconfig: join(root, 'tsconfig.json'),
    basePath: root,
    // The front page is a page like the others, which the search finds.
    readme: 'none',
    projectDocuments: sections.flatMap(({ files }) => files.map((file) => join(root, file))),
    includeVersion: true,
    includeHierarchySummary: false,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeProtected: true,
    disableSources: true,
    useFirstParagraphOfCommentAsSummary: true,
    router: 'site',
    sortEntryPoints: false,
    sort: ['kind', 'instance-first', 'alphabetical-ignoring-documents'],
    kindSortOrder: [
      'Document',
      'Module',
      'Class',
      'Constructor',
      'Function',
      'Variable',
      'Property',
      'Accessor',
      'Method',
      'Interface',
      'TypeAlias',
    ],
    groupOrder: [...sections.map(({ title }) => title), 'Constructors', 'Methods', 'Accessors', 'Properties', '*'],
    categoryOrder: CATEGORY_ORDER,
    categorizeByGroup: false,
    navigation: { includeCategories: true, includeGroups: true, includeFolders: false },
    searchCategoryBoosts: { [ASYNC]: 0.5, [TYPES]: 0.7 },
    searchInComments: true,
    searchInDocuments: true,
    headings: { readme: false, document: true },
    lang: 'en',
    favicon: join(here, 'favicon.svg'),
    customCss: join(here, 'style.css'),
    lightHighlightTheme: 'github-light-high-contrast',
    darkHighlightTheme: 'github-dark-high-contrast',
    highlightLanguages: ['bash', 'c', 'cpp', 'dockerfile', 'javascript', 'json', 'python', 'sh', 'typescript', 'yaml'],
    markdownItLoader: wrapTables,
    markdownLinkExternal: false,
    // Numbers that say what they are by being there.
    intentionallyNotDocumented: [
      ...['imagenet', 'clip'].flatMap((preset) =>
        ['resize', 'crop', 'interpolation', 'mean', 'std'].map((name) => [preset, name]),
      ),
      ['yolo', 'letterbox'],
    ]
      .map(([preset, name]) => `convkit/image.presets.__type.${preset}.__type.${name}`)
      .concat('convkit/image.decodeImage.Options.__type.dtype'),
    validation: {
      invalidLink: true,
      invalidPath: true,
      notDocumented: true,
      notExported: true,
      rewrittenLink: true,
      unusedMergeModuleWith: true,
    },
    treatWarningsAsErrors: true,
  };
}

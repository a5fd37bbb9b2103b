/**
 * Puts the compiled modules together into the few files that are published: to import the package then takes a quarter of
 * the time, most of which goes into finding and opening files (16 ms instead of 76 on an Intel Xeon). What only some
 * programs need stays in files of its own: the TypeScript backend, its worker, the commands, images.
 *
 * All chunks lie two levels below the package's root, as the modules do that look for something there.
 */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { minifySync } from 'rolldown/utils';
import { commonJs } from './bundle/common-js.mjs';
import { writeEntryPoint } from './bundle/entry-points.mjs';
import { groups } from './bundle/groups.mjs';
import { writeTypes } from './bundle/types.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** By the file's name in dist/bundle. */
const ENTRIES = {
  index: 'dist/index.js',
  image: 'dist/image/index.js',
  cli: 'dist/cli/main.js',
  // Where these two look for one another.
  'typescript/index': 'dist/backend/typescript/index.js',
  'typescript/convkit-worker': 'dist/backend/typescript/convkit-worker.js',
};

/** benchmark.js looks for its own dependencies at run time, where a bundler cannot follow. */
const WIRED_BENCHMARK = `
import Benchmark from '${require.resolve('benchmark')}';
import _ from 'lodash';
import platform from 'platform';
export default Benchmark.runInContext({ _, platform });
`;

/** The name of the package that a module's path lies in. */
const PACKAGE_OF = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/;

const wireBenchmark = {
  name: 'wire-benchmark',
  resolveId: (id) => (id === 'benchmark' ? '\0benchmark' : null),
  load: (id) => (id === '\0benchmark' ? WIRED_BENCHMARK : null),
  // Ours stays as it is, for stack traces that can be read.
  renderChunk: (code, chunk) =>
    chunk.moduleIds.includes('\0benchmark') ? minifySync(chunk.fileName, code, { sourcemap: true }) : null,
};

const bundle = await rolldown({
  cwd: root,
  input: ENTRIES,
  platform: 'node',
  external: [/^sharp$/, /\.node$/, /^@convkit\//],
  plugins: [commonJs, wireBenchmark],
});
rmSync(`${root}dist/bundle`, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: 'dist/bundle',
  format: 'cjs',
  strict: true,
  // No `__esModule`: it says that there may be a `default`, which compilers to CommonJS would then look for in vain.
  esModule: false,
  generatedCode: { symbols: false },
  codeSplitting: { groups },
  sourcemap: true,
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
});
writeFileSync(`${root}dist/bundle/package.json`, '{ "type": "commonjs" }\n');
for (const name of ['index', 'image']) writeEntryPoint(`${root}dist/bundle/`, name);
// npm sets this bit where it installs the package, but not in a clone that another project links to.
chmodSync(`${root}dist/bundle/cli.js`, 0o755);

await writeTypes();

/** Packages whose code was put in: what the commands need of them is less than they are installed. */
const included = new Set(
  output.flatMap(({ moduleIds = [] }) => moduleIds.flatMap((id) => PACKAGE_OF.exec(id)?.slice(1) ?? [])),
);
const notices = await Promise.all(
  [...included].sort().map(async (name) => {
    return `${name}\n\n${await readFile(`${root}node_modules/${name}/LICENSE`, 'utf8')}`;
  }),
);
writeFileSync(`${root}dist/bundle/THIRD-PARTY-NOTICES`, notices.join('\n\n---\n\n'));

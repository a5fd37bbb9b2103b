/**
 * What the modules need to run as CommonJS, in Node and wherever a bundler puts them.
 */
import { fileURLToPath } from 'node:url';

const backend = fileURLToPath(new URL('../../dist/backend/', import.meta.url));
const ON_DEMAND = `${backend}typescript-on-demand.js`;
const PLATFORM_PACKAGES = `${backend}platform-packages.js`;

/** What gives an ES module a `require`. */
const MADE_REQUIRE = /^const require = createRequire\(import\.meta\.url\);$/m;

/** What rolldown makes of `import.meta.url`. */
const URL_OF_FILE = 'require("url").pathToFileURL(__filename).href';

/** A program in one file, an ES module at that, has no `__filename`: then the program's own file is where to look. */
const OWN_URL =
  'const ownUrl = process.getBuiltinModule("node:url").pathToFileURL(' +
  'typeof __filename === "string" ? __filename : process.argv[1] ?? "program.js").href;';

/**
 * Node's own modules without `require`, which is not there where a bundler made an ES module of all this (esbuild gives
 * it a stand-in that throws). The TypeScript backend is one `require`, of a literal path that bundlers follow.
 */
export const commonJs = {
  name: 'common-js',
  resolveId(id, importer) {
    if (id === '#typescript-backend') return ON_DEMAND;
    return importer === ON_DEMAND && id.startsWith('./') ? { id, external: true } : null;
  },
  /** The platforms' packages are asked for by the file's own `require`, which bundlers and tracers of files follow. */
  transform(code, id) {
    if (id !== PLATFORM_PACKAGES) return null;
    if (!MADE_REQUIRE.test(code)) throw new Error(`${id} has no line that makes \`require\``);
    return { code: code.replace(MADE_REQUIRE, ''), map: null };
  },
  renderChunk(code) {
    const rendered = code
      .replaceAll(URL_OF_FILE, 'ownUrl')
      .replaceAll(/(?<![.\w$])require\("(node:[\w/]+)"\)/g, 'process.getBuiltinModule("$1")');
    // On the first line, so that all others keep their numbers.
    return {
      code: rendered.includes('ownUrl') ? rendered.replace('"use strict";', `$&${OWN_URL}`) : rendered,
      map: null,
    };
  },
};

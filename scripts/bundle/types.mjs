/**
 * The declarations as they are published: one file an entry point, with what is public and what that is made of. tsc has
 * checked and written those of the single modules.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

const require = createRequire(import.meta.url);
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** `[Symbol.dispose]` needs it, whatever a program's own `lib` is. */
const LIBRARY = '/// <reference lib="esnext.disposable" preserve="true" />';

/** Modules of which `convkit` exports all that `convkit/image` says: a class must be declared once. */
const OF_THE_MAIN_ENTRY = ['errors', 'shape', 'tensor', 'geometry/axes', 'geometry/image'];

const mainEntry = {
  name: 'main-entry',
  resolveId: {
    order: 'pre',
    handler(id, importer) {
      if (importer === undefined || !id.startsWith('.')) return null;
      const path = fileURLToPath(new URL(id, `file://${importer}`));
      return OF_THE_MAIN_ENTRY.some((one) => path === `${dist}${one}.js`) ? { id: './index.js', external: true } : null;
    },
  },
};

async function rollUp(module, name, plugins) {
  const bundle = await rolldown({
    cwd: dist,
    input: { [name]: `${dist}${module}.d.ts` },
    external: /^[^./]/,
    plugins: [...plugins, dts({ dtsInput: true, emitDtsOnly: true, tsconfig: false })],
  });
  await bundle.write({ dir: `${dist}bundle`, entryFileNames: '[name].ts' });
  await bundle.close();
  const file = `${dist}bundle/${name}.d.ts`;
  writeFileSync(file, `${LIBRARY}\n${withTypeExports(readFileSync(file, 'utf8'), name)}`);
  // Those for `import` are the same, not a copy: TypeScript takes two declarations of a class for two classes.
  writeFileSync(`${dist}bundle/${name}.d.mts`, `export * from './${name}.js';\n`);
}

/** A class that is exported as a type only (`export type { Summary }`) is no value: rolled up, it would look like one. */
function withTypeExports(text, name) {
  const values = require(`${dist}bundle/${name}.js`);
  return text.replace(/^export \{([^}]*)\};$/m, (_, list) => {
    const names = list.split(',').map((one) => one.trim().replace(/^type /, ''));
    return `export {\n${names.map((one) => `  ${one in values ? '' : 'type '}${one},\n`).join('')}};`;
  });
}

/** Wants the bundle, whose exports are the values. */
export async function writeTypes() {
  await rollUp('index', 'index', []);
  await rollUp('image/index', 'image', [mainEntry]);
}

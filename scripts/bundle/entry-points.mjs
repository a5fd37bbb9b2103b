/**
 * The entry points for `import`: the names of those for `require`, which have the code, so that there is one `Tensor` and
 * one backend however a program's modules and those of its packages ask for them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** As a chunk gives what it has from another one: a program's tests could not replace that. */
const GETTER =
  /Object\.defineProperty\(exports, "(\w+)", \{\s*enumerable: true,\s*get: function\(\) \{\s*return ([\w$.]+);\s*\}\s*\}\);/g;

/** Writes NAME.mjs beside NAME.js. */
export function writeEntryPoint(folder, name) {
  const file = `${folder}${name}.js`;
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(GETTER, 'exports.$1 = $2;'));
  // By name, which Node finds in the text, and bundlers too.
  const names = Object.keys(require(file)).filter((one) => one !== '__esModule');
  writeFileSync(
    `${folder}${name}.mjs`,
    `export {\n${names.map((one) => `  ${one},\n`).join('')}} from './${name}.js';\n`,
  );
}

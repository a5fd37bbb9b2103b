// The linker keeps one copy of every inline function that several objects share. If that copy came
// from an object compiled for AVX-512, older machines die of an illegal instruction, in code that
// has nothing to do with kernels. So objects compiled with ISA flags may hold nothing that can be
// shared, nothing of the standard library, and nothing that runs while the addon loads.
//
// Usage: node scripts/check-isa-objects.mjs [folder with objects, default build/CMakeFiles]
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const buildFolder = process.argv[2] ?? join('build', 'CMakeFiles');

/** Objects of native/kernels, except those compiled for the baseline, which every machine runs. */
function isaObjects() {
  return readdirSync(buildFolder, { recursive: true })
    .filter((name) => /(^|[\\/])kernels[\\/][^\\/]+[\\/][^\\/]+\.o$/.test(name))
    .filter((name) => ISA_NAMES.some((isa) => basename(name).startsWith(isa)))
    .map((name) => join(buildFolder, name));
}

const ISA_NAMES = ['avx2', 'avx512', 'amx', 'neon'];

const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

function problemsOf(object) {
  const problems = [];
  for (const line of run('nm', '-C', object).split('\n')) {
    const [, type, name] = /^[0-9a-f ]{16} (\S) (.+)$/.exec(line) ?? [];
    if (type === undefined) continue;
    if (/[WVuwv]/.test(type)) problems.push(`weak symbol, which the linker may share: ${name}`);
    else if (/\bstd::|\boperator (new|delete)|__cxa_|__gxx_/.test(name))
      problems.push(`standard-library code: ${name}`);
    else if (/_GLOBAL__sub_I|__static_initialization/.test(name)) problems.push(`static initialiser: ${name}`);
  }
  if (/\s\.(init_array|ctors)/.test(run('objdump', '-h', object))) problems.push('static initialiser: .init_array');
  return problems;
}

const objects = isaObjects();
if (objects.length === 0) {
  console.error(`No ISA objects under ${buildFolder}: build the addon first.`);
  process.exit(1);
}
let failed = 0;
for (const object of objects) {
  const problems = problemsOf(object);
  if (problems.length === 0) continue;
  failed += 1;
  console.error(
    `${object}\n${problems
      .slice(0, 12)
      .map((problem) => `  ${problem}`)
      .join('\n')}`,
  );
}
console.log(`ISA objects: ${objects.length - failed} clean, ${failed} with problems.`);
process.exit(failed === 0 ? 0 : 1);

/** Rules for macOS: it has to load from version 11 on, in every process that offers Node-API, with what Macs have. */
import { isNodeApi } from './node-api.mjs';
import { some } from './some.mjs';
import { compareVersions } from './versions.mjs';

/** What native/cmake/platforms/darwin-*.cmake ask for: the oldest that Node.js 20 runs on. */
const OLDEST_MACOS = '11.0';

/** The C library, which has threads and mathematics, too, and the C++ runtime: parts of every macOS. */
const LIBRARIES = ['/usr/lib/libSystem.B.dylib', '/usr/lib/libc++.1.dylib'];

export function machoProblems({ libraries, imports, macho }, { cpu }) {
  const problems = [];
  if (!['dylib', 'bundle'].includes(macho.type)) problems.push(`is a ${macho.type}, which no process can load`);
  const foreign = libraries.filter((name) => !LIBRARIES.includes(name));
  if (foreign.length > 0) problems.push(`needs ${some(foreign)}, which not every Mac has`);
  if (macho.rpaths.length > 0) problems.push(`looks for libraries in ${some(macho.rpaths)}`);
  problems.push(...ageProblems(macho.oldestMacos), ...importProblems(imports, libraries));
  const open = macho.segments.filter((one) => one.isWritable && one.isExecutable).map((one) => one.name);
  if (open.length > 0) problems.push(`has memory that is both writable and executable: ${some(open)}`);
  if (macho.signature === 'broken') problems.push('was changed after it had been signed: link it again');
  if (macho.signature === 'none' && cpu === 'arm64') problems.push(`is not signed, and Macs with ${cpu} refuse it`);
  return problems;
}

function ageProblems(oldest) {
  if (oldest === undefined) return ['does not say for which macOS it is'];
  if (compareVersions(`macOS_${oldest}`, `macOS_${OLDEST_MACOS}`) <= 0) return [];
  return [`is for macOS ${oldest} and newer, not for ${OLDEST_MACOS}: set CMAKE_OSX_DEPLOYMENT_TARGET`];
}

function importProblems(imports, libraries) {
  const problems = [];
  // Electron has Node.js in a library of its own, so that looking in the program would not do.
  const lost = imports.filter(({ library }) => library !== undefined && !libraries.includes(library));
  if (lost.length > 0) problems.push(`takes ${some(lost.map((one) => `${one.name} of ${one.library}`))}`);
  const unknown = imports.filter(({ name, library }) => library === undefined && !isNodeApi(name));
  if (unknown.length > 0) problems.push(`takes ${some(unknown.map((one) => one.name))} of nobody knows whom`);
  return problems;
}

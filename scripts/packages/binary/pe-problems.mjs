/** Rules for Windows: it has to load in every process that offers Node-API, whatever its file is called. */
import { PROTECTIONS } from './pe.mjs';
import { some } from './some.mjs';

/** Parts of Windows since long; the Universal C Runtime since 10. */
const LIBRARIES = /^(?:kernel32|msvcrt|advapi32|ntdll|api-ms-win-crt-[\w-]+)\.dll$/i;

/** Programs that offer Node-API. The loader would look for a file of that name, and not find it in Electron. */
const HOSTS = /\.exe$|^(?:lib)?node\.dll$/i;

export function peProblems({ libraries, pe }) {
  const problems = [];
  const hosts = libraries.filter((name) => HOSTS.test(name));
  if (hosts.length > 0) problems.push(`wants a host called ${some(hosts)}: Node-API is to be imported late`);
  const foreign = libraries.filter((name) => !LIBRARIES.test(name) && !HOSTS.test(name));
  if (foreign.length > 0) problems.push(`needs ${some(foreign)}, which is no part of Windows`);
  const runtimes = libraries.filter((name) => /^(?:msvcrt|api-ms-win-crt)/i.test(name));
  if (runtimes.some((name) => /^msvcrt/i.test(name)) && runtimes.some((name) => /^api/i.test(name))) {
    problems.push('uses two C runtimes, whose files and memory do not mix');
  }
  const off = Object.keys(PROTECTIONS).filter((name) => !pe.protections.has(name));
  if (off.length > 0) problems.push(`goes without what protects its memory: link it with --${off.join(' --')}`);
  const open = pe.sections.filter((one) => one.isWritable && one.isExecutable).map((one) => one.name);
  if (open.length > 0) problems.push(`has memory that is both writable and executable: ${some(open)}`);
  if (pe.timestamp !== 0) problems.push('says when it was linked: link it with --no-insert-timestamp');
  return problems;
}

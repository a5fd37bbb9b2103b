/** Rules for all ELF files, whichever C library they are for. */

/** 64-bit ARM kernels may have pages of 64 KB; x64's have 4 KB. */
const LEAST_ALIGNMENT = { arm64: 0x10000, x64: 0x1000 };

export function elfProblems({ elf, imports }, { cpu }) {
  const problems = [];
  const stack = elf.segments.find(({ type }) => type === 'GNU_STACK');
  if (stack === undefined || stack.flags.includes('E')) problems.push('wants an executable stack');
  if (!elf.segments.some(({ type }) => type === 'GNU_RELRO') || !isBoundAtLoad(elf)) {
    problems.push('leaves its table of foreign addresses writable: link it with -z relro -z now');
  }
  if (elf.segments.some(({ type, flags }) => type === 'LOAD' && flags.includes('W') && flags.includes('E'))) {
    problems.push('has memory that is both writable and executable');
  }
  const align = Math.min(...elf.segments.filter(({ type }) => type === 'LOAD').map((one) => one.align));
  if (align < LEAST_ALIGNMENT[cpu]) problems.push(`has segments for pages of ${align} bytes, too few for ${cpu}`);
  if (!elf.segments.some(({ type }) => type === 'GNU_EH_FRAME')) {
    problems.push('has no table by which exceptions find their way: link it with --eh-frame-hdr');
  }
  if (elf.dynamic.has('TEXTREL')) problems.push('would have its code rewritten by the loader');
  for (const tag of ['RPATH', 'RUNPATH']) if (elf.dynamic.has(tag)) problems.push(`has a ${tag}`);
  // Code that pool threads may be running must stay.
  if (!/NODELETE/.test(elf.dynamic.get('FLAGS_1') ?? '')) problems.push('could be unloaded: link it with -z nodelete');
  const runtime = imports.filter(({ version }) => /^(?:GLIBCXX|CXXABI|GCC)_/.test(version ?? ''));
  if (runtime.length > 0) problems.push(`takes ${runtime.map((one) => one.name)} of a shared libstdc++ or libgcc`);
  return problems;
}

const isBoundAtLoad = ({ dynamic }) =>
  dynamic.has('BIND_NOW') ||
  /\bNOW\b/.test(dynamic.get('FLAGS_1') ?? '') ||
  /BIND_NOW/.test(dynamic.get('FLAGS') ?? '');

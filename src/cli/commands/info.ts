import { formatBytes } from '../../format-bytes.js';
import type { Cache } from '../../system/caches.js';
import { type CommandContext, defineCommand } from '../command.js';
import { formatRows } from '../format-rows.js';
import { flag } from '../options.js';
import { type RuntimeReport, runtimeReport } from './runtime-report.js';

export const info = defineCommand({
  description:
    'Shows what runs the work here and why: the backend, its instruction set and threads, the addon, the processor ' +
    'and its caches. Where the native backend is missing it says how to mend that.',
  options: { json: flag('print one JSON object') },
  run({ json }, _, { print, paint }) {
    const report = runtimeReport();
    print(json ? JSON.stringify(report, undefined, 2) : formatReport(report, paint));
    return 0;
  },
});

/** The report as a table for people. */
export function formatReport(report: RuntimeReport, paint: CommandContext['paint']): string {
  const { backend, reason, mend, environment, caches, libc } = report;
  return formatRows([
    ['convkit', report.convkit],
    ['backend', paint(backend === 'native' ? 'green' : 'yellow', backend)],
    ['why', reason],
    ['to mend it', mend === undefined ? undefined : paint('bold', mend)],
    ['instruction set', isaText(report)],
    ['threads', String(report.threads)],
    ['addon', addonText(report)],
    ['its package', report.addonPackages.join(' or ') || 'none for this platform'],
    ...Object.entries(environment),
    ['processor', report.cpu],
    ['processors', processorsText(report)],
    ['caches', caches.length === 0 ? undefined : caches.map(cacheText).join(', ')],
    ['memory', formatBytes(report.memory)],
    ['node', `${report.node}, ${report.platform} ${report.arch}${libc === undefined ? '' : `, ${libc}`}`],
  ]);
}

function addonText({ addon }: RuntimeReport): string {
  if (addon === undefined) return 'none';
  const version = addon.version === undefined ? '' : `version ${addon.version}, `;
  return `${addon.path} (${version}${formatBytes(addon.bytes)})`;
}

function isaText({ isa, detectedIsa }: RuntimeReport): string {
  return detectedIsa === undefined || detectedIsa === isa ? isa : `${isa} (the machine has ${detectedIsa})`;
}

function processorsText({ processors, quota }: RuntimeReport): string {
  return quota === undefined ? String(processors) : `${processors}, with the time of ${Number(quota.toFixed(2))}`;
}

function cacheText({ level, type, bytes, sharedBy }: Cache): string {
  const letter = { data: 'd', instruction: 'i', unified: '' }[type];
  return `L${level}${letter} ${formatBytes(bytes)}${sharedBy > 1 ? ` for ${sharedBy} processors` : ''}`;
}

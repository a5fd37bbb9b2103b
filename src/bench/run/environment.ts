import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch, loadavg, platform, totalmem } from 'node:os';
import { runtime } from '../../runtime.js';
import { readCpuLimit } from '../../system/cgroup.js';
import { cpuModel, processorCount } from '../../system/processors.js';
import type { Environment } from '../result.js';

/** What is measured. */
export interface Software {
  /** Of the package. */
  readonly version: string;
  /** SHA-256 of its code beside the addon, where that is known. */
  readonly build?: string | undefined;
}

/** The fingerprint of this machine and of what runs on it now. */
export function readEnvironment({ version, build }: Software, addonPath: string | undefined): Environment {
  const { backend, isa, threads } = runtime();
  const quota = readCpuLimit()?.quota;
  return {
    convkit: version,
    ...(backend === 'native' && addonPath !== undefined ? { addon: sha256(addonPath) } : {}),
    ...(build === undefined ? {} : { build }),
    backend,
    isa,
    threads,
    cpu: cpuModel(),
    processors: processorCount(),
    ...(quota === undefined ? {} : { quota }),
    memory: totalmem(),
    node: process.version,
    platform: platform(),
    arch: arch(),
    load: loadavg(),
  };
}

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

import { statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { AddonFailure } from '../../backend/addon-failure.js';
import { type AddonFile, addonFile, requireAddon } from '../../backend/native-addon.js';
import { packagesForHere } from '../../backend/platform-packages.js';
import { ConvkitError } from '../../errors.js';
import { type RuntimeInfo, runtime } from '../../runtime.js';
import { type Cache, readCaches } from '../../system/caches.js';
import { readCpuLimit } from '../../system/cgroup.js';
import { type Libc, libcHere } from '../../system/libc.js';
import { cpuModel, processorCount } from '../../system/processors.js';
import { packageVersion } from '../version.js';

/** What `convkit info` tells, and prints with `--json`. */
export interface RuntimeReport {
  readonly convkit: string;
  /** 'none' where the environment forbids every backend that there is. */
  readonly backend: RuntimeInfo['backend'] | 'none';
  readonly isa: string;
  /** The highest that the machine has, whatever CONVKIT_ISA says; only where the addon loads. */
  readonly detectedIsa?: string;
  readonly threads: number;
  /** Why the backend is not the native one. */
  readonly reason?: string;
  /** The command that mends a native backend that cannot load, or what else will. */
  readonly mend?: string;
  readonly addon?: AddonFile & { readonly bytes: number };
  /** The package that brings the addon to this platform; several where nothing tells which, none where there is none. */
  readonly addonPackages: readonly string[];
  /** The switches that are set: CONVKIT_BACKEND and its like. */
  readonly environment: Readonly<Record<string, string>>;
  readonly cpu: string;
  /** That this process may use. */
  readonly processors: number;
  /** Processors' worth of time, where a control group limits it. */
  readonly quota?: number;
  readonly caches: readonly Cache[];
  /** Bytes of the machine. */
  readonly memory: number;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  /** The C library, on Linux. */
  readonly libc?: Libc;
}

/** Looks at the runtime and the machine; never throws for what a user got wrong, because that is to be shown. */
export function runtimeReport(environment: NodeJS.ProcessEnv = process.env): RuntimeReport {
  const { detectedIsa, mend } = askAddon();
  const quota = readCpuLimit()?.quota;
  const addon = addonFile();
  const libc = libcHere();
  return {
    convkit: packageVersion(),
    ...chosen(),
    ...(detectedIsa === undefined ? {} : { detectedIsa }),
    ...(mend === undefined ? {} : { mend }),
    ...(addon === undefined ? {} : { addon: { ...addon, bytes: statSync(addon.path).size } }),
    addonPackages: packagesForHere().map(({ name }) => name),
    environment: switches(environment),
    cpu: cpuModel(),
    processors: processorCount(),
    ...(quota === undefined ? {} : { quota }),
    caches: readCaches(),
    memory: totalmem(),
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    ...(libc === undefined ? {} : { libc }),
  };
}

function chosen(): Pick<RuntimeReport, 'backend' | 'isa' | 'threads' | 'reason'> {
  try {
    return runtime();
  } catch (error) {
    if (!(error instanceof ConvkitError)) throw error;
    return { backend: 'none', isa: 'none', threads: 0, reason: error.message };
  }
}

function askAddon(): { detectedIsa?: string; mend?: string } {
  try {
    return { detectedIsa: requireAddon().runtime().detectedIsa };
  } catch (error) {
    return error instanceof AddonFailure ? { mend: error.mend } : {};
  }
}

function switches(environment: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['CONVKIT_BACKEND', 'CONVKIT_THREADS', 'CONVKIT_ISA', 'CONVKIT_REQUIRE_NATIVE'];
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

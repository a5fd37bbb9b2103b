import { dirname, join } from 'node:path';
import { type BinaryFormat, readBinaryFormat } from '../system/binary-format.js';
import { describeSpecialFile, readStart } from '../system/file-start.js';
import { glibcVersion, libcHere } from '../system/libc.js';
import { noexecMount } from '../system/mounts.js';
import { AddonFailure } from './addon-failure.js';
import { whatToAllow } from './forbidden.js';
import { findProject } from './package-manager.js';
import { codeOf, describeHere, describePlatform } from './platform-packages.js';

/** An addon that was found. */
export interface FoundAddon {
  readonly name: string;
  /** Undefined where nothing tells, as in some bundles. */
  readonly file: string | undefined;
  readonly from: 'local build' | 'package' | 'program';
}

/** What is wrong, as what a sentence says of the addon; `mend` where it takes something else than another copy. */
interface Fault {
  readonly says: string;
  readonly mend?: string;
}

/** Why an addon that is there does not load; `error` is what the system said, of segments and symbols, where it was asked. */
export function brokenAddon(addon: FoundAddon, error?: unknown): AddonFailure {
  const allow = whatToAllow(error);
  if (allow !== undefined)
    return new AddonFailure(`${addon.name} failed to load: addons are not allowed`, allow, error);
  const { says, mend } = faultOfFile(addon.file) ??
    faultOfSystem(addon.file, String(error)) ?? { says: 'failed to load' };
  return new AddonFailure(`${addon.name} ${says}`, mend ?? anotherCopy(addon), error);
}

/** Why a package's own description tells nothing: `error` is what reading it came to. */
export function brokenManifest(addon: FoundAddon, error: unknown): AddonFailure {
  if (whatToAllow(error) !== undefined) return brokenAddon(addon, error);
  const code = codeOf(error);
  const isUnreadable = code !== undefined && UNREADABLE.has(code);
  const folder = packageFolder(addon.name, addon.file);
  const fault = isUnreadable ? unreadable(join(folder, 'package.json'), code) : undefined;
  const says = fault?.says ?? 'is broken';
  return new AddonFailure(`${addon.name}'s package.json ${says}`, fault?.mend ?? anotherCopy(addon), error);
}

const UNREADABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EBUSY', 'EIO', 'ELOOP', 'EISDIR']);

/** How to replace the file by one that is right. */
export function anotherCopy({ name, file, from }: FoundAddon): string {
  if (from === 'local build') return 'npm run build:native';
  // What made the program is not known, and its folder holds more than the addon.
  if (from === 'program') return `build the program again, with a copy of @convkit's file at ${file}`;
  return `delete ${packageFolder(name, file)}, then \`${findProject().manager.install}\``;
}

/** Never where a link leads out of the package: what else is there is nobody's to delete. */
function packageFolder(name: string, file: string | undefined): string {
  const folder = file === undefined ? '' : dirname(file);
  return folder.replaceAll('\\', '/').endsWith(`/node_modules/${name}`) ? folder : `node_modules/${name}`;
}

/** No addon is as large; what is, tells by its start what it is. */
const READ_AT_MOST = 2 ** 26;

/** What the file's own bytes tell. */
function faultOfFile(file: string | undefined): Fault | undefined {
  if (file === undefined) return undefined;
  const special = describeSpecialFile(file);
  if (special !== undefined) return { says: `is no addon but ${special}` };
  try {
    const { bytes, size } = readStart(file, READ_AT_MOST);
    const format = readBinaryFormat(bytes, size);
    return format === undefined ? noBinary(bytes, size) : faultOfFormat(format, size);
  } catch (error) {
    return unreadable(file, codeOf(error) ?? '');
  }
}

function unreadable(file: string, code: string): Fault | undefined {
  if (code === 'ENOENT') return { says: 'is there without its file convkit.node' };
  if (process.platform === 'win32') {
    const mend = `start it again, and have virus scanners leave out ${dirname(file)}`;
    return { says: `cannot be read (${code}), which another program has locked, such as a virus scanner`, mend };
  }
  const mend = code === 'EACCES' || code === 'EPERM' ? `chmod a+r ${file}` : undefined;
  return { says: `cannot be read (${code})`, ...(mend && { mend }) };
}

function noBinary(bytes: Uint8Array, size: number): Fault {
  if (size === 0) return { says: 'is an empty file' };
  const start = Buffer.from(bytes.subarray(0, 24)).toString('latin1');
  if (/^[\t\r\n -~]+$/.test(start)) return { says: `is no addon but text, which begins with ${JSON.stringify(start)}` };
  return { says: `is no addon: nothing in its ${size} bytes says what it is for` };
}

function faultOfFormat(format: BinaryFormat, bytes: number): Fault | undefined {
  const libc = format.libc === undefined || libcHere() === undefined ? undefined : format.libc;
  if (format.os !== process.platform || format.cpu !== process.arch || libc !== (libc && libcHere())) {
    return { says: `is for ${describePlatform({ ...format, libc })}, and this is ${describeHere()}` };
  }
  return format.isTruncated
    ? { says: `is cut short: it has ${bytes} bytes, and its headers speak of more` }
    : undefined;
}

/** What the system has against a file that is right. */
function faultOfSystem(file: string | undefined, words: string): Fault | undefined {
  const wanted = /version [`'"]GLIBC_([\d.]+)['"] not found/.exec(words)?.[1];
  if (wanted !== undefined) {
    return {
      says: `needs glibc ${wanted} or newer, and this system has ${glibcVersion() ?? 'an older one'}`,
      mend: `use a system with glibc ${wanted} or newer, or compile the addon in a clone (\`npm ci\`) on this one`,
    };
  }
  if (!/map segment|not permitted|permission denied/i.test(words)) return undefined;
  const mount = file === undefined ? undefined : noexecMount(file);
  const forbids = mount === undefined ? 'a mount option noexec, or a security policy' : `the noexec mount of ${mount}`;
  return {
    says: `may not be executed where it is: ${forbids} forbids it`,
    mend: mount === undefined ? 'install it on a file system without noexec' : `mount -o remount,exec ${mount}`,
  };
}

import { AddonFailure } from './addon-failure.js';
import { whatToAllow } from './forbidden.js';
import { kindOfPackage, ownManifest } from './own-package.js';
import { findProject, isMissingInLock } from './package-manager.js';
import {
  describeHere,
  describePlatform,
  isAbsence,
  PLATFORM_PACKAGES,
  type PlatformPackage,
  packagesForHere,
} from './platform-packages.js';

const FROM_SOURCE =
  'clone convkit, run `npm ci` in the clone, then `npm install PATH_OF_THE_CLONE` here (with CMake and a C++ compiler)';

/** Why neither a local build nor a platform's package was found. */
export function absentAddon(): AddonFailure {
  const { reason, mend } = whyAbsent(packagesForHere());
  return new AddonFailure(reason, whatToAllow() ?? mend);
}

interface Why {
  readonly reason: string;
  readonly mend: string;
}

function whyAbsent(wanted: readonly PlatformPackage[]): Why {
  const kind = kindOfPackage();
  if (kind === 'bundled') {
    return {
      reason: 'convkit was put into a bundle, and the addon was not',
      mend: 'keep convkit out of the bundle, as an external package (docs/deploying.md shows how)',
    };
  }
  const [first] = wanted;
  if (first === undefined) {
    const reason = `there is no prebuilt addon for ${describeHere()}`;
    if (kind !== 'clone') return { reason, mend: FROM_SOURCE };
    return { reason: `${reason}, and build/Release/convkit.node is not built`, mend: 'npm run build:native' };
  }
  const names = wanted.map(({ name }) => name).join(' or ');
  if (kind === 'clone') {
    const reason = `${names} is not installed, and build/Release/convkit.node is not built`;
    return { reason, mend: 'npm run build:native' };
  }
  if (kind === 'made of a clone') {
    const reason = `convkit was packed from its sources, which brings no addon, and ${names} is not installed`;
    return { reason, mend: FROM_SOURCE };
  }
  return whyNotInstalled(first, names);
}

function whyNotInstalled(wanted: PlatformPackage, names: string): Why {
  const project = findProject();
  const { manager } = project;
  const version = ownManifest()?.version;
  const exact = version === undefined ? wanted.name : `${wanted.name}@${version}`;
  const foreign = PLATFORM_PACKAGES.find((other) => !isAbsence(other.manifest()));
  if (foreign !== undefined) {
    const reason =
      `${foreign.name} is installed, for ${describePlatform(foreign)}, and this is ${describeHere()}, ` +
      `which needs ${names}: node_modules was made for another system`;
    return { reason, mend: manager.name === 'npm' ? npmInstallFor(wanted) : `${manager.addOptional} ${exact}` };
  }
  if (isMissingInLock(project, wanted.name)) {
    const reason =
      `${names} is not installed, since ${project.lock} does not name it: npm leaves out what other systems need where ` +
      'it makes a lock from the node_modules of one';
    return { reason, mend: `delete node_modules and ${project.lock}, then \`npm install\`` };
  }
  const reason = `${names} is not installed, an optional dependency, which options such as --omit=optional leave out`;
  return { reason, mend: manager.installOptional };
}

function npmInstallFor({ os, cpu, libc }: PlatformPackage): string {
  return `npm install --os=${os} --cpu=${cpu}${libc === undefined ? '' : ` --libc=${libc}`}`;
}

/** The package.json of what is published, made of the clone's own. Pure functions. */
import { PLATFORMS, packageName } from './platforms.mjs';

/** What only the clone has a use for. */
const ONLY_IN_THE_CLONE = ['private', 'scripts', 'devDependencies', 'overrides', 'binary'];

/** The main package's: with the platforms' packages, which the clone cannot have, since it is what they are made of. */
export function mainManifest(clone) {
  const kept = Object.entries(clone).filter(([name]) => !ONLY_IN_THE_CLONE.includes(name));
  const addons = PLATFORMS.map((platform) => [packageName(platform), clone.version]);
  return withNames({ ...Object.fromEntries(kept), optionalDependencies: Object.fromEntries(addons) });
}

/** `main` alone, no `exports`: package.json can then be read, which the loader and some bundlers do. */
export function platformManifest(clone, platform) {
  return withNames({
    name: packageName(platform),
    version: clone.version,
    description: `The native addon of ${clone.name} for ${platform.id}.`,
    license: clone.license,
    repository: clone.repository,
    homepage: clone.homepage,
    bugs: clone.bugs,
    os: [platform.os],
    cpu: [platform.cpu],
    libc: platform.libc && [platform.libc],
    main: 'convkit.node',
    files: ['convkit.node'],
    engines: clone.engines,
    // Yarn's Plug'n'Play would leave it in its archive, where no system can load it from.
    preferUnplugged: true,
    publishConfig: { access: 'public' },
  });
}

function withNames(manifest) {
  return Object.fromEntries(Object.entries(manifest).filter(([, value]) => value !== undefined));
}

export function platformReadme(clone, platform) {
  return `# ${packageName(platform)}

The native addon of [${clone.name}](${clone.homepage}) for ${describe(platform)}.

It is no package to install by itself: \`npm install ${clone.name}\` brings it to the machines that it is for, in the same version.
`;
}

const SYSTEMS = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/** For people: `Linux on x64 with glibc`. */
export function describe({ os, cpu, libc }) {
  return `${SYSTEMS[os]} on ${cpu}${libc ? ` with ${libc}` : ''}`;
}

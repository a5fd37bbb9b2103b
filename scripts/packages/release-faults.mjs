/** What speaks against a release. A pure function: check-release.mjs gathers what it asks for. */
import { PLATFORMS, packageName } from './platforms.mjs';

/** RFC 2606 keeps these names for examples: no project lives there. */
const RESERVED = /\bexample\.(com|net|org)\b|\.(example|invalid|test)\b/;

/**
 * @typedef {object} Facts
 * @property {Record<string, any>} manifest the clone's package.json
 * @property {string} changelog
 * @property {string} lockVersion the version in package-lock.json
 * @property {readonly string[]} changes what `git status --porcelain` prints
 * @property {Readonly<Record<string, Record<string, any>>>} staged the package.json of each staged package, by its name
 *
 * @param {Facts} facts
 * @returns {string[]} sentences, none where nothing does
 */
export function releaseFaults(facts) {
  return [...addressFaults(facts), ...versionFaults(facts), ...stagedFaults(facts), ...treeFaults(facts)];
}

function addressFaults({ manifest }) {
  const addresses = {
    repository: manifest.repository?.url ?? manifest.repository,
    homepage: manifest.homepage,
    bugs: manifest.bugs?.url ?? manifest.bugs,
  };
  return Object.entries(addresses).flatMap(([name, address]) => {
    if (typeof address !== 'string' || address === '') return [`package.json has no ${name}: write its address there.`];
    return RESERVED.test(address)
      ? [`package.json's ${name} is a placeholder, ${address}: write the true address.`]
      : [];
  });
}

function versionFaults({ manifest: { version }, changelog, lockVersion }) {
  const faults = [];
  const headings = changelog.split('\n').filter((line) => line.startsWith('## '));
  if (!headings.some((heading) => heading.split(/[\s[\]]+/).includes(version))) {
    faults.push(`CHANGELOG.md has no heading for version ${version}: \`npm run release\` makes it of "Unreleased".`);
  }
  if (lockVersion !== version) {
    faults.push(
      `package-lock.json is of version ${lockVersion}, package.json of ${version}: \`npm install\` mends it.`,
    );
  }
  return faults;
}

function stagedFaults({ manifest: { name, version }, staged }) {
  const wanted = [name, ...PLATFORMS.map(packageName)];
  const missing = wanted.filter((one) => staged[one] === undefined);
  const faults = missing.map((one) => `${one} is not staged: build its addon, then \`npm run stage\`.`);
  for (const one of wanted) {
    const found = staged[one]?.version;
    if (found !== undefined && found !== version) {
      faults.push(`${one} was staged for version ${found}, and this is ${version}: \`npm run stage\` again.`);
    }
  }
  return faults;
}

function treeFaults({ changes }) {
  if (changes.length === 0) return [];
  const some = changes.slice(0, 3).map((line) => line.trim().replace(/^\S+\s+/, ''));
  const more = changes.length > some.length ? ` and ${changes.length - some.length} more` : '';
  return [`The working tree is not what was committed: ${some.join(', ')}${more}; commit it first.`];
}

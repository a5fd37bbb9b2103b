/** Why an addon must not be put into a platform's package. Pure functions: nothing is loaded, so any platform's will do. */
import { describe } from './manifests.mjs';

export const MOST_BYTES = 4_000_000;

/**
 * @param platform of platforms.mjs
 * @param addon its bytes, what `readBinaryFormat` makes of them, and the digest of the sources that it was compiled of
 * @param expected the schema hash of the files that are published beside it, and the digest of the sources
 * @returns sentences, none for an addon that will do
 */
export function refusals(platform, addon, expected) {
  const again = `\`npm run build:platform -- ${platform.id}\` compiles it again`;
  const format = formatRefusal(platform, addon.format);
  if (format !== undefined) return [`${format}; ${again}.`];
  const reasons = [];
  if (!addon.bytes.includes(`${expected.schema}\0`)) {
    reasons.push(`its steps are not those of dist, whose hash ${expected.schema} is not in it; ${again}.`);
  }
  if (addon.sources === undefined) {
    reasons.push(`nothing beside it tells of which sources it was compiled; ${again}.`);
  } else if (addon.sources !== expected.sources) {
    reasons.push(`it was compiled of other sources than those that are here; ${again}.`);
  }
  return reasons;
}

function formatRefusal(platform, format) {
  if (format === undefined) return 'it is no shared library';
  if (format.isTruncated) return 'bytes are missing at its end';
  const is = describe(format);
  const wanted = describe(platform);
  return is === wanted ? undefined : `it is for ${is}, not for ${wanted}`;
}

/** A sentence, or undefined for a package that is small enough. */
export function sizeRefusal(bytes) {
  if (bytes <= MOST_BYTES) return undefined;
  return `its package has ${bytes.toLocaleString('en')} bytes unpacked, and ${MOST_BYTES.toLocaleString('en')} is the most.`;
}

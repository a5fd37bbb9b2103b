/** Versions of symbols, such as GLIBC_2.28. */

/** Less than 0 where `a` is older than `b`. Versions without a number, such as GLIBC_PRIVATE, are newer than all: nobody promises them. */
export function compareVersions(a, b) {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); ++i) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

function numbersOf(version) {
  const numbers = /_(\d+(?:\.\d+)*)$/.exec(version)?.[1];
  return numbers === undefined ? [Number.POSITIVE_INFINITY] : numbers.split('.').map(Number);
}

/** @returns {string | undefined} */
export function newestVersion(versions) {
  return versions
    .filter((one) => one !== undefined)
    .sort(compareVersions)
    .at(-1);
}

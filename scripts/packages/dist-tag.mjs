/** Under which tag of the registry a version goes out: whoever names no version gets the one tagged `latest`. */

/**
 * @param {string} version
 * @param {string | undefined} latest the version that has the tag now; undefined where nothing is published
 */
export function distTag(version, latest) {
  if (version.includes('-')) return 'next';
  // A mend of an older version, published after a newer one, must not become what everybody gets.
  return latest !== undefined && compare(version, latest) < 0 ? `v${version.split('.', 2).join('.')}` : 'latest';
}

function compare(a, b) {
  const [left, right] = [a, b].map((version) => version.split('-')[0].split('.').map(Number));
  const place = left.findIndex((number, i) => number !== right[i]);
  return place < 0 ? 0 : left[place] - right[place];
}

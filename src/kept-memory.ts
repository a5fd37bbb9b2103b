/** Gives up what a cache of this thread or process keeps, and tells how many bytes that were. */
export type Release = () => number;

const releases: Release[] = [];

/** Has `release` called by `releaseKeptMemory`: for caches that live as long as the thread. */
export function keepsMemory(release: Release): void {
  releases.push(release);
}

/** Empties every such cache. @returns bytes */
export function releaseKeptMemory(): number {
  return releases.reduce((bytes, release) => bytes + release(), 0);
}

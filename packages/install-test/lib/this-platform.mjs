import { PLATFORMS } from '../../../scripts/packages/platforms.mjs';

/** The platform that this process runs on; undefined where no addon is published for it. */
export function thisPlatform() {
  const libc = process.platform === 'linux' ? libcOf(process.report.getReport()) : undefined;
  return PLATFORMS.find(({ os, cpu, libc: its }) => os === process.platform && cpu === process.arch && its === libc);
}

function libcOf({ header }) {
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

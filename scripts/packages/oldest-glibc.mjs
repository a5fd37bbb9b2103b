/** What Node.js itself wants on x64 and arm64 since version 18: RHEL 8, Debian 10 and Ubuntu 18.10 have it, or a newer one. */
export const OLDEST_GLIBC = 'GLIBC_2.28';

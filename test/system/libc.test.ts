import { describe, expect, it } from 'vitest';
import { glibcVersion, libcHere, libcOfLoader } from '../../src/system/libc.js';
import { noexecMount } from '../../src/system/mounts.js';

describe('libcOfLoader', () => {
  it.each([
    ['/lib64/ld-linux-x86-64.so.2', 'glibc'],
    ['/lib/ld-linux-aarch64.so.1', 'glibc'],
    ['/nix/store/abc-glibc-2.38-44/lib/ld-linux-x86-64.so.2', 'glibc'],
    ['/lib/ld-musl-x86_64.so.1', 'musl'],
    ['/lib/ld-musl-aarch64.so.1', 'musl'],
    ['/system/bin/linker64', undefined],
    ['', undefined],
  ])('knows %s', (loader, libc) => {
    expect(libcOfLoader(`\x7fELF\0\0${loader}\0`)).toBe(libc);
  });
});

describe.runIf(process.platform === 'linux')('libcHere', () => {
  it('agrees with what Node was linked against', () => {
    expect(libcHere()).toBe(glibcVersion() === undefined ? 'musl' : 'glibc');
  });
});

describe('noexecMount', () => {
  const MOUNTS = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:25 / /tmp rw,nosuid,noexec - tmpfs tmpfs rw
31 30 0:26 / /tmp/may\\040run rw - tmpfs tmpfs rw
32 22 0:27 / /srv rw - tmpfs tmpfs rw
33 32 0:28 / /srv rw,noexec - tmpfs tmpfs rw`;

  it.each([
    ['/tmp/a/convkit.node', '/tmp'],
    ['/tmp/may run/convkit.node', undefined],
    ['/tmpfile', undefined],
    ['/usr/lib/convkit.node', undefined],
    ['/srv/app', '/srv'],
  ])('of %s', (path, point) => {
    expect(noexecMount(path, MOUNTS)).toBe(point);
  });

  it('knows nothing without /proc', () => {
    expect(noexecMount('/tmp/a', undefined)).toBe(noexecMount('/tmp/a', ''));
    expect(noexecMount('/tmp/a', '')).toBeUndefined();
  });
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('a platform that there is not', () => {
  it.each(['build', 'check-binary', 'test-platform', 'stage'])('is one sentence, no stack trace: %s', (name) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/packages/${name}.mjs`, 'nonsense'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^no platform is called nonsense; there are linux-x64, .*win32-x64\n$/);
  });
});

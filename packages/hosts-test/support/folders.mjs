import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of this package, and of the clone. */
export const here = fileURLToPath(new URL('..', import.meta.url));
export const root = fileURLToPath(new URL('../../..', import.meta.url));

const made = [];

/** An empty folder that is gone when the run ends. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `convkit-${name}-`));
  made.push(folder);
  return folder;
}

export function removeFolders() {
  if (process.env.CONVKIT_KEEP_FOLDERS === '1') return;
  for (const folder of made.splice(0)) {
    spawnSync('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies by hard links where the file system allows: bundlers follow symbolic links, and would find the original. */
export function copyTree(from, to) {
  const { status } = spawnSync('cp', ['-al', from, to], { stdio: 'ignore' });
  if (status !== 0) cpSync(from, to, { recursive: true });
}

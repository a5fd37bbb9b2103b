import { stat } from 'node:fs/promises';

/** Equal for two names of one file: by links of both kinds, or in other case where that does not matter. */
export async function identityOf(path: string): Promise<string | undefined> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  return facts === undefined ? undefined : `${facts.dev} ${facts.ino}`;
}

/** The file among these that a path leads to, whatever it is called there. */
export async function sameFile(path: string, files: readonly string[]): Promise<string | undefined> {
  const identity = await identityOf(path);
  if (identity === undefined) return undefined;
  for (const file of files) if ((await identityOf(file)) === identity) return file;
  return undefined;
}

import { fileURLToPath } from 'node:url';

/** The path of a file: URL, by its looks: in a test in Jest, `URL` may be another class than Node's. Else undefined. */
export function pathOfFileUrl(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('href' in value) || !('protocol' in value)) return undefined;
  return value.protocol === 'file:' && typeof value.href === 'string' ? fileURLToPath(value.href) : undefined;
}

import { existsSync } from 'node:fs';

const hasAddon = existsSync(new URL('../../build/Release/convkit.node', import.meta.url));

/**
 * For a command that a test runs: free of what the tests themselves were started with, and content with the TypeScript
 * backend where the addon is not built, so that no warning stands in its output.
 */
export function commandEnvironment(additions: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const backend = hasAddon ? '' : 'typescript';
  return { ...process.env, CONVKIT_REQUIRE_NATIVE: '', CONVKIT_BACKEND: backend, ...additions };
}

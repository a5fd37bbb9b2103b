import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import type { RuntimeFacts } from './binding.js';

const ADDON = fileURLToPath(new URL('build/Release/convkit.node', import.meta.url));

/** Suites that every backend and every ISA must pass. */
const NETWORK_SUITES = ['test/parity/**/*.test.ts', 'test/properties/**/*.test.ts'];
const SHARED_SUITES = [...NETWORK_SUITES, 'test/image/**/*.test.ts'];

/** Suites that speak to the addon itself. */
const ADDON_SUITES = ['test/backend/native/**/*.test.ts', 'test/backend/binding-attack.test.ts'];

/** Best first, as the native core lists them. */
const ISAS = process.arch === 'arm64' ? ['neon', 'baseline'] : ['amx', 'avx512', 'avx2', 'baseline'];

/** Asks the addon in a process of its own: one that crashes while it loads must not take the runner along. */
function detectIsa(): string {
  const ask = 'process.stdout.write(require(process.argv[1]).runtime().detectedIsa)';
  const env = { ...process.env, CONVKIT_ISA: '' };
  return execFileSync(process.execPath, ['-e', ask, ADDON], { encoding: 'utf8', env }) as RuntimeFacts['detectedIsa'];
}

type ProjectTests = NonNullable<TestProjectInlineConfiguration['test']>;

/** Spelled out in every project: `extends: true` would evaluate this file again for each of them. */
const COMMON: ProjectTests = {
  pool: 'forks',
  // They end what hangs, and decide nothing: tests that start programs take ten times as long where others keep the machine busy.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  // The package under test is the built one, loaded by Node itself, as users load it.
  server: { deps: { external: [/\/dist\//] } },
  // Tests of single modules are of those in src, which package.json's `imports` do not know.
  alias: { '#typescript-backend': fileURLToPath(new URL('src/backend/typescript/index.ts', import.meta.url)) },
};

function project(name: string, tests: ProjectTests): TestProjectInlineConfiguration {
  return { test: { ...COMMON, name, ...tests } };
}

function nativeProjects(): TestProjectInlineConfiguration[] {
  const detected = detectIsa();
  const usable = ISAS.slice(ISAS.indexOf(detected));
  for (const isa of ISAS) {
    if (!usable.includes(isa)) console.log(`native-${isa}: left out, this machine's best is ${detected}.`);
  }
  return usable.map((isa) =>
    project(`native-${isa}`, {
      // What AMX adds is for convolutions: images it leaves to AVX-512, which they have then tested already.
      include: isa === 'avx512' && detected === 'amx' ? NETWORK_SUITES : SHARED_SUITES,
      env: { CONVKIT_BACKEND: 'native', CONVKIT_ISA: isa, CONVKIT_REQUIRE_NATIVE: '1' },
    }),
  );
}

const hasAddon = existsSync(ADDON);
if (!hasAddon) {
  if (process.env.CONVKIT_REQUIRE_NATIVE === '1') {
    throw new Error(`CONVKIT_REQUIRE_NATIVE=1, but there is no ${ADDON}: run \`npm run build:native\`.`);
  }
  console.log('native backend: not built, so its tests are left out (`npm run build:native` builds it).');
}

export default defineConfig({
  test: {
    projects: [
      project('unit', {
        include: ['test/**/*.test.ts'],
        exclude: [...SHARED_SUITES, ...(hasAddon ? [] : ADDON_SUITES)],
      }),
      project('typescript', {
        include: SHARED_SUITES,
        env: { CONVKIT_BACKEND: 'typescript', CONVKIT_REQUIRE_NATIVE: '0' },
      }),
      ...(hasAddon ? nativeProjects() : []),
    ],
  },
});

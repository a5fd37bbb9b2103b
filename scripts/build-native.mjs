// `npm run build:native`: compiles the addon, or says which tools are missing.
import { buildNative, howToInstallTools, missingTools } from './native-tools.mjs';

const missing = missingTools();
if (missing !== undefined) {
  console.error(`convkit: the native backend needs ${missing}: ${howToInstallTools()}.`);
  process.exit(1);
}
process.exit(buildNative('inherit').status ?? 1);

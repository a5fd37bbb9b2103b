// Writes the hash of the form in which programs cross into the native core, after a change of src/program/step.ts or of
// the lists in src/geometry/records.ts. Wants the TypeScript built.
import { writeFileSync } from 'node:fs';
import { schemaHeader } from '../dist/backend/schema.js';

writeFileSync(new URL('../native/program/schema_hash.h', import.meta.url), schemaHeader());

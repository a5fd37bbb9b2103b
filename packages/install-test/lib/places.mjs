import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** This package. */
export const here = join(root, 'packages', 'install-test');

/** Where `npm run stage` leaves what is published. */
export const staged = join(root, 'build', 'packages');

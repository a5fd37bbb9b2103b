/**
 * The documentation as one static site, reference and pages, in build/site (or where the first argument says). Needs
 * nothing but the sources; fails where a link leads nowhere or something public has no word of explanation.
 */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';
import { hideBases } from './bases.mjs';
import { categorize } from './categories.mjs';
import { readDocuments } from './documents.mjs';
import { checkLinks } from './links.mjs';
import { describePages } from './markup.mjs';
import { siteOptions } from './options.mjs';
import { SiteRouter } from './router.mjs';
import { improveSearch } from './search.mjs';
import { linkThrown } from './throws.mjs';
import { spellOutUnions } from './unions.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = resolve(process.argv[2] ?? join(root, 'build', 'site'));

const app = await Application.bootstrap(siteOptions(root, out));
app.renderer.defineRouter('site', SiteRouter);
readDocuments(app, root);
spellOutUnions(app);
categorize(app);
linkThrown(app);
hideBases(app);
describePages(app);
improveSearch(app);

const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
await app.generateOutputs(project);

const { pages, links, faults } = checkLinks(out);
for (const fault of faults) console.error(fault);
console.log(`${pages} pages, ${links} links, ${faults.length} of them broken`);
if (app.logger.hasErrors() || app.logger.hasWarnings() || faults.length > 0) process.exitCode = 1;

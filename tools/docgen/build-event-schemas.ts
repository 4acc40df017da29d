/**
 * Writes the schemas of the events that the contracts have now into the build, which `npm run docs` asks what it answers: a new
 * type of event is in every document after one run.
 */
import { writeFile } from 'node:fs/promises';
import { EVENT_SCHEMAS_FILE, eventSchemasOfCode } from './event-schemas.js';
import { ROOT } from './source.js';
import { join } from 'node:path';

await writeFile(join(ROOT, 'dist', EVENT_SCHEMAS_FILE), JSON.stringify(await eventSchemasOfCode()));

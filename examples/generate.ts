import { writeFile } from 'node:fs/promises';
import { monthAsCsv } from './files.js';
import { furnitureMonth } from './month.js';

/** Seen from dist/examples, where this runs. */
const examples = new URL('../../examples/', import.meta.url);

for (const [name, text] of Object.entries(monthAsCsv(furnitureMonth()))) {
  await writeFile(new URL(name, examples), text);
  console.log(`examples/${name}: ${text.trimEnd().split('\n').length - 1} rows`);
}

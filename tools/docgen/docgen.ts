/**
 * Draws the maps of the project from its code: a MODULE.md in each feature, the pictures of the architecture, the
 * documents of the API and of the messages, what the client is made of, and the rules in words.
 *
 *   npm run docs                 writes what has changed
 *   npm run docs -- --check      writes nothing, and ends with 1 where something is not what the code says
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { readSettings } from '../../src/platform/config/settings.js';
import { openDatabase } from '../../src/platform/database/database.js';
import { drawMaps, staleOf, type Maps } from './draw.js';
import { readProject } from './project.js';
import { ROOT } from './source.js';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
Logger.overrideLogger(['warn', 'error']);

const maps = await drawnOnNewDatabase();
const stale = await staleOf(maps);
if (values.check) {
  if (stale.length > 0) {
    process.stderr.write(`Not what the code says: ${stale.join(', ')}. Run npm run docs, and commit.\n`);
    process.exitCode = 1;
  }
} else {
  for (const path of stale) {
    await write(join(ROOT, path), maps.get(path)!);
    process.stdout.write(`${path}\n`);
  }
}

async function write(file: string, content: string | null): Promise<void> {
  if (content === null) return rm(file);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function drawnOnNewDatabase(): Promise<Maps> {
  const dataDir = await mkdtemp(join(tmpdir(), 'earmark-maps-'));
  const database = await openDatabase({ ...readSettings({}), dataDir });
  try {
    return await drawMaps(await readProject(database.url));
  } finally {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clientCode, strayClientCode } from './client-code.js';
import { CLIENT_PAGE, clientPage } from './client-page.js';
import { eventBoard } from './event-board.js';
import { EVENT_SCHEMAS_FILE, eventSchemasJson } from './event-schemas.js';
import { moduleGraph } from './graph.js';
import { kernelPage, platformPage } from './kernel-page.js';
import { between } from './markdown.js';
import { modulePage } from './module-page.js';
import type { Project } from './project.js';
import { roomsOf } from './rooms.js';
import { roomsPicture } from './rooms-picture.js';
import { rulesPage, specifications } from './rules-page.js';
import { ROOT } from './source.js';

/** What the generated files should say, by their paths in the project; null: there should be no such file. */
export type Maps = ReadonlyMap<string, string | null>;

export async function drawMaps(project: Project): Promise<Maps> {
  const { features, openApi, asyncApi } = project;
  const architecture = await readFile(join(ROOT, 'docs/architecture.md'), 'utf8');
  const withGraph = between(architecture, 'The module graph', moduleGraph(project));
  const rules = await specifications();
  const generated = await clientCode(openApi);
  return new Map<string, string | null>([
    ...features.map((feature) => [`${feature.folder}/MODULE.md`, modulePage(feature, project)] as const),
    ['src/kernel/MODULE.md', kernelPage(project)],
    ['src/platform/MODULE.md', platformPage(project)],
    ['docs/architecture.md', between(withGraph, 'The event board', eventBoard(project))],
    ['docs/rooms.svg', roomsPicture(roomsOf(project.source))],
    [EVENT_SCHEMAS_FILE, await eventSchemasJson(project.eventSchemas)],
    ['docs/openapi.json', json(openApi)],
    ['docs/asyncapi.json', json(asyncApi)],
    ...(rules.length === 0 ? [] : [['docs/rules.md', rulesPage(rules)] as const]),
    [CLIENT_PAGE, await clientPage()],
    ...generated,
    ...(await strayClientCode(generated)).map((path) => [path, null] as const),
  ]);
}

/** Those of the files that do not say what they should, or are not there. */
export async function staleOf(maps: Maps): Promise<string[]> {
  const known = await Promise.all(
    [...maps].map(async ([path, content]) => ({ path, isRight: (await textOf(path)) === content })),
  );
  return known.filter(({ isRight }) => !isRight).map(({ path }) => path);
}

const textOf = (path: string): Promise<string | null> =>
  readFile(join(ROOT, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });

const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { dependenciesOf, type Feature, featuresIn } from './features.js';
import { type Route, routesOf } from './routes.js';
import type { EventSchemas } from '../../src/platform/schemas/event-schemas.js';
import { eventSchemasOfCode } from './event-schemas.js';
import { askService, type Service } from './service.js';
import { type Setting, settingsIn } from './settings.js';
import { pathOf, ROOT, sentenceOn, Source, within } from './source.js';

/** All that the maps are drawn from: the code as it is written, and the service as it runs. */
export interface Project extends Omit<Service, 'moduleOf'> {
  readonly source: Source;
  readonly features: readonly Feature[];
  readonly routes: readonly Route[];
  readonly settings: readonly Setting[];
  /** Every class, by its name, with the first sentence on it. */
  readonly classes: ReadonlyMap<string, { readonly path: string; readonly sentence: string }>;
  readonly eventSchemas: EventSchemas;
  readonly kernelPackages: readonly string[];
  readonly testFolders: readonly string[];
  readonly migrationFolders: readonly string[];
}

/** @param databaseUrl migrated, and otherwise empty */
export async function readProject(databaseUrl: string): Promise<Project> {
  const eventSchemas = await eventSchemasOfCode();
  // One after the other: reading the source blocks this process for seconds, and a connection would time out meanwhile.
  const source = await Source.read();
  const { moduleOf, ...service } = await askService(databaseUrl, eventSchemas);
  const classes = source.files.flatMap((file) =>
    within(file, ts.isClassDeclaration).map(
      (kind) => [kind.name?.text ?? '', { path: pathOf(file), sentence: sentenceOn(kind) }] as const,
    ),
  );
  return {
    ...service,
    source,
    features: featuresIn(source),
    routes: routesOf({ openApi: service.openApi, moduleOf }),
    settings: await settingsIn(source),
    classes: new Map(classes),
    eventSchemas,
    kernelPackages: dependenciesOf(
      ['src/kernel', 'src/platform'].flatMap((folder) => source.filesIn(folder)),
      'src/kernel',
    ).packages,
    testFolders: await readdir(join(ROOT, 'test')),
    migrationFolders: await readdir(join(ROOT, 'migrations')),
  };
}

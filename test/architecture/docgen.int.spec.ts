import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { drawMaps, staleOf, type Maps } from '../../tools/docgen/draw.js';
import { eventsIn } from '../../tools/docgen/features.js';
import { between } from '../../tools/docgen/markdown.js';
import { readProject, type Project } from '../../tools/docgen/project.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';

// The source is compiled, and the client generated.

/** Whoever sees a test fail here changes the code's comment, or runs it. */
const REMEDY = 'run: npm run docs';

let database: TestDatabase;
let project: Project;
let maps: Maps;
beforeAll(async () => {
  database = await freshDatabase();
  project = await readProject(database.url);
  maps = await drawMaps(project);
});
afterAll(() => database.drop());

describe('The generated pages', () => {
  it('agree with the code', async () => {
    const stale = await staleOf(maps);

    expect(stale.map((path) => `${path} is not what the code says; ${REMEDY}`)).toEqual([]);
  });

  it('are reported as stale if they differ, are missing, or are no longer generated', async () => {
    const others: Maps = new Map([
      ...[...maps].map(([path, content]) => [path, content] as const),
      ['docs/openapi.json', '{}\n'],
      ['src/nowhere/MODULE.md', '# nowhere\n'],
      ['client/src/generated/sdk.gen.ts', null],
    ]);

    expect(await staleOf(others)).toEqual(
      expect.arrayContaining([
        'docs/openapi.json',
        'src/nowhere/MODULE.md',
        'client/src/generated/sdk.gen.ts',
      ]),
    );
  });

  it('exist for every feature, each on one short page', () => {
    expect(project.features.length).toBeGreaterThan(2);
    for (const { folder } of project.features) {
      expect(maps.get(`${folder}/MODULE.md`)!.split('\n').length).toBeLessThanOrEqual(200);
    }
  });

  it('have a sentence for every feature, command, query, event, entry point and subscription', () => {
    const told = [
      ...project.features.flatMap(({ name, purpose, commands, queries, events, cli }) => [
        { name, sentence: purpose },
        ...[...commands, ...queries, ...events].map(({ name, sentence }) => ({ name, sentence })),
        ...cli.map(({ usage, sentence }) => ({ name: usage, sentence })),
      ]),
      ...project.routes.map(({ call, summary }) => ({ name: call, sentence: summary })),
      ...project.settings.map(({ variable, meaning }) => ({ name: variable, sentence: meaning })),
    ];

    expect(told.length).toBeGreaterThan(50);
    expect(told.filter(({ sentence }) => sentence === '')).toEqual([]);
  });

  it('list every event, setting and table', () => {
    const { features, settings, tables } = project;

    expect(features.flatMap(({ events }) => events.map(({ name }) => name)).sort()).toEqual(
      Object.keys(project.eventSchemas),
    );
    expect(settings.map(({ variable }) => variable)).toEqual(
      expect.arrayContaining(['PORT', 'OIDC_AUDIENCE']),
    );
    expect(tables.map(({ schema, name }) => `${schema}.${name}`)).toEqual(
      expect.arrayContaining(['allocation.line', 'batches.batch', 'event_log.event']),
    );
  });

  it('say that nothing sends a command only if that is true', () => {
    const pages = project.features.map(({ folder }) => maps.get(`${folder}/MODULE.md`)!);

    expect(pages.join('\n')).not.toMatch(/^\| \[`\w+`\]\((?:commands|queries)\/.* \| {2}\|$/m);
  });
});

describe('The events on a generated page', () => {
  const eventsOf = (contract: string) =>
    eventsIn(ts.createSourceFile('a.contract.ts', contract, ts.ScriptTarget.ES2023, true));

  it.each([
    ['a type that is given its name', "/** It was. */ export type Sold = EventOf<'Sold', { sku: string }>;"],
    ['an interface', "/** It was. */ export interface Sold extends DomainEvent { readonly type: 'Sold' }"],
    ['a type that is written out', "/** It was. */ export type Sold = DomainEvent & { type: 'Sold' };"],
  ])('include %s', (_how, contract) => {
    expect(eventsOf(contract)).toMatchObject([{ name: 'Sold', sentence: 'It was.' }]);
  });

  it.each([
    ['is not exported', "interface Sold { type: 'Sold' }"],
    ['has its name elsewhere', "export interface Reason { reason: 'Reason' }"],
    ['is one of several', 'export type Event = Sold | Bought;'],
  ])('include no type that %s', (_what, contract) => {
    expect(eventsOf(contract)).toEqual([]);
  });
});

describe('A page with a generated part', () => {
  it('keeps the text around that part', () => {
    const page = 'before\n<!-- part: made by `npm run docs` -->\nold\n<!-- end of part -->\nafter\n';

    expect(between(page, 'part', 'new')).toBe(
      'before\n<!-- part: made by `npm run docs` -->\n\nnew\n\n<!-- end of part -->\nafter\n',
    );
  });

  it('is rejected without markers', () => {
    expect(() => between('before and after', 'part', 'new')).toThrow('markers');
  });
});

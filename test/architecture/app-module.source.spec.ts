import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SCOPES } from '../../src/scopes.js';
import { project } from './cruise.js';
import { features, sourcesIn } from '../support/features.js';
import { unlistedProviders } from './unlisted-providers.js';

const names = await features();

describe('The service', () => {
  it('consists of every feature: src/app.module.ts imports the module of each', async () => {
    const appModule = await readFile(join(project, 'src/app.module.ts'), 'utf8');
    const left = names.filter((name) => !appModule.includes(`'./${name}/${name}.module.js'`));

    expect(left.map((name) => `src/app.module.ts leaves out ${name}`)).toEqual([]);
  });

  it.each(names)(
    'knows every handler, reaction and controller of %s: its module lists them',
    async (name) => {
      const module = `src/${name}/${name}.module.ts`;
      const sources = await sourcesIn(`src/${name}`);
      const left = unlistedProviders([...sources.values()], sources.get(module)!);

      expect(left.map((kind) => `${module} leaves out ${kind}`)).toEqual([]);
    },
  );

  it('lets a key have every scope that a call requires: src/scopes.ts lists it', async () => {
    const { paths } = JSON.parse(await readFile(join(project, 'docs/openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, { 'x-scope'?: string; 'x-other-scopes'?: string[] }>>;
    };
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const required = operations.flatMap((operation) => [
      ...(operation['x-scope'] === undefined ? [] : [operation['x-scope']]),
      ...(operation['x-other-scopes'] ?? []),
    ]);

    expect([...new Set(required)].sort()).toEqual([...SCOPES].sort());
  });

  it('would be found to lack a provider that its module does not list', () => {
    const module = '@Module({ providers: [Known, { provide: Port, useClass: Adapter }] }) export class M {}';
    const declared = ['CommandHandler(C)', 'QueryHandler(Q)', "Subscription({ name: 'n', events: [] })"];
    const sources = declared.map((decorator, i) => `@${decorator}\nexport class Forgotten${i} {}`);
    const fine = [
      '@Injectable() export class Known {}',
      '@Injectable() export class Adapter {}',
      'class None {}',
    ];

    expect(unlistedProviders([...sources, ...fine], module)).toEqual([
      'Forgotten0',
      'Forgotten1',
      'Forgotten2',
    ]);
  });
});

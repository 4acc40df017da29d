/** A planted violation: where it would stand, and what. */
type Plant = readonly [path: string, source: string];

/** By what catches them, in its own words: what it is. The features are `alpha` and `beta`. */
export const plantedNames: Readonly<Record<string, Readonly<Record<string, Plant>>>> = {
  'A token that is a text': {
    'a parameter injected by a text': [
      'src/alpha/commands/a.ts',
      `class A { constructor(@Inject('beta store') private readonly beta: unknown) {} }`,
    ],
    'a property injected by a text without parts': [
      'src/alpha/commands/a.ts',
      'class A { @Inject(`beta store`) beta: unknown; }',
    ],
    'a provider under a text': [
      'src/alpha/alpha.module.ts',
      `export const providers = [{ provide: 'alpha store', useValue: 1 }];`,
    ],
    'a factory that is given what has a text for a name': [
      'src/alpha/alpha.module.ts',
      `export const provider = { provide: A, useFactory: make, inject: ['beta store'] };`,
    ],
    'a text asked of the container': ['src/main.ts', `export const beta = app.get('beta store');`],
    'a text asked of a reference to the container': [
      'src/alpha/commands/a.ts',
      `class A { f() { return this.moduleRef.get('beta store', { strict: false }); } }`,
    ],
    'a symbol that anyone can make': [
      'src/alpha/commands/a.ts',
      `export const BETA = Symbol.for('beta store');`,
    ],
    'a repository injected by a text': [
      'src/alpha/persistence/a.ts',
      `class A { constructor(@InjectRepository('Beta') private readonly betas: unknown) {} }`,
    ],
    'the token of a repository made from a text': [
      'src/alpha/alpha.module.ts',
      `export const token = getRepositoryToken('Beta');`,
    ],
  },
  'Whoever holds the container': {
    'a feature that holds the container': [
      'src/alpha/commands/a.ts',
      `import { ModuleRef } from '@nestjs/core';`,
    ],
    'a feature that holds all containers, under another name': [
      'src/alpha/commands/a.ts',
      `import { ModulesContainer as Others } from '@nestjs/core';`,
    ],
  },
  'Who discovers providers': {
    'a feature that discovers the providers of others': [
      'src/alpha/commands/a.ts',
      `import { DiscoveryService } from '@nestjs/core';`,
    ],
  },
  'An entity that is named by a text': {
    'a repository by a text': [
      'src/alpha/persistence/a.ts',
      `export const betas = manager.getRepository('Beta');`,
    ],
    'a relation to an entity of another feature': [
      'src/alpha/persistence/a.ts',
      `export const alpha = { relations: { beta: { type: 'many-to-one', target: 'Beta' } } };`,
    ],
  },
  'What is put together at run time': {
    'a dynamic import of a path that is put together': [
      'src/alpha/commands/a.ts',
      'export const b = await import(`../../${other}/domain/beta.js`);',
    ],
    'code in a text': ['src/alpha/commands/a.ts', `eval("import('../../beta/domain/beta.js')");`],
    'a function made of a text': ['src/alpha/commands/a.ts', `export const f = new Function('return 1');`],
  },
  'A path made from import.meta': {
    "another feature's file, read as a file": [
      'src/alpha/commands/a.ts',
      `export const file = new URL('../../beta/domain/sizes.json', import.meta.url);`,
    ],
  },
  'An event that is not in the contract': {
    "an event of another feature's type that a feature tells": [
      'src/alpha/domain/a.ts',
      `interface BetaChanged extends DomainEvent { readonly type: 'BetaChanged' }`,
    ],
    'an event outside the contract, put together from types': [
      'src/alpha/commands/a.ts',
      `type Done = DomainEvent & { readonly type: 'Done' };`,
    ],
  },
  'A contract that has code in it': {
    'a contract with a constant': [
      'src/alpha/contract/alpha.contract.ts',
      `export const TYPES = ['AlphaChanged'];`,
    ],
    'a contract with a function': [
      'src/alpha/contract/alpha.contract.ts',
      `export function isAlpha() { return true; }`,
    ],
    'a contract with a class': ['src/alpha/contract/alpha.contract.ts', `export class AlphaChanged {}`],
    'a contract with an enum': ['src/alpha/contract/alpha.contract.ts', `export enum Reason { Moved }`],
    'a contract that imports what runs': [
      'src/alpha/contract/alpha.contract.ts',
      `import { RecordedEvents } from '../kernel/domain/recorded-events.js';`,
    ],
    'a contract that hands on what runs': [
      'src/alpha/contract/alpha.contract.ts',
      `export { RecordedEvents } from '../kernel/domain/recorded-events.js';`,
    ],
    'a contract that hands on everything': [
      'src/alpha/contract/alpha.contract.ts',
      `export * from '../kernel/domain/recorded-events.js';`,
    ],
  },
  'A rule that looks at the clock': {
    'a domain that looks at the clock': ['src/alpha/domain/a.ts', `export const now = () => new Date();`],
    'a domain that counts milliseconds': ['src/alpha/domain/a.ts', `export const now = () => Date.now();`],
    'a domain that throws dice': ['src/alpha/domain/a.ts', `export const pick = () => Math.random();`],
    'a domain that makes ids of what every file has': [
      'src/alpha/domain/a.ts',
      `export const id = () => crypto.randomUUID();`,
    ],
    'a domain that waits': ['src/alpha/domain/a.ts', `setTimeout(() => undefined, 1);`],
    'a domain that prints': ['src/alpha/domain/a.ts', `console.log('done');`],
    'a domain that reads the environment': ['src/alpha/domain/a.ts', `export const most = process.env.MOST;`],
    'an upcaster that makes something up': [
      'src/alpha/upcasters/a.ts',
      `export const up = (data: object) => ({ ...data, at: Date.now() });`,
    ],
    'a domain of the kernel that looks at the clock': [
      'src/kernel/domain/a.ts',
      `export const now = new Date();`,
    ],
  },
  "are not alpha's": {
    "a statement that reads another feature's table": [
      'src/alpha/queries/a.ts',
      `manager.query('select * from beta.beta where sku = $1', [sku]);`,
    ],
    "a statement in several lines that joins another feature's table": [
      'src/alpha/queries/a.ts',
      'manager.query(`select ${columns}\n  from alpha.alpha\n  join beta.beta using (sku)`);',
    ],
    "a statement that writes another feature's table": [
      'src/alpha/persistence/a.ts',
      `manager.query('update "beta"."beta" set size = 1');`,
    ],
    "a query builder on another feature's table": [
      'src/alpha/queries/a.ts',
      `export const rows = manager.createQueryBuilder().from('beta.beta', 'beta');`,
    ],
    "an entity over another feature's table": [
      'src/alpha/persistence/a.ts',
      `export const beta = new EntitySchema({ name: 'Beta', schema: 'beta', columns: {} });`,
    ],
  },
  "are not the kernel's": {
    "a kernel that reads a feature's table": [
      'src/platform/retention/a.ts',
      `manager.query('delete from alpha.alpha');`,
    ],
  },
};

/** What looks much the same and may be: nothing in here may be reported. */
export const namesInOrder: readonly Plant[] = [
  [
    'src/alpha/commands/a.ts',
    `class A { constructor(@Inject(POLICY) private readonly policy: Policy) {} f() { return this.sizes.get('beta'); } }`,
  ],
  [
    'src/alpha/queries/a.ts',
    `manager.query('select size from alpha.alpha join event_log.event using (key)');`,
  ],
  ['src/alpha/queries/a.ts', `// reads what beta.beta tells\nexport const betas = beta.betas;`],
  ['src/alpha/persistence/a.ts', `export const a = new EntitySchema({ schema: 'alpha', name: 'Alpha' });`],
  ['src/alpha/domain/a.ts', `export const later = (at: Date) => new Date(at.getTime() + 1);`],
  ['src/alpha/commands/a.ts', `export const at = new Date();`],
  ['src/alpha/commands/a.ts', `export const late = () => import('../domain/alpha.js');`],
  [
    'src/alpha/contract/alpha.contract.ts',
    `import type { DomainEvent } from '../kernel/domain/events.js';
     export interface AlphaChanged extends DomainEvent { readonly type: 'AlphaChanged' }
     export type AlphaEvent = AlphaChanged;`,
  ],
  ['src/kernel/subscriptions/a.ts', `export const example = 'alpha.stock';`],
];

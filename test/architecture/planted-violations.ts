/** Files by their path, as they would stand in the project. */
export type Tree = Readonly<Record<string, string>>;

/** Two features that nobody has listed anywhere, wired as the design asks: nothing in here may be reported. */
export const houseInOrder: Tree = {
  'src/main.ts': `import { AppModule } from './app.module.js'; import { problem } from './platform/http/problems/problem.js';`,
  'src/app.module.ts': `
    import { AlphaModule } from './alpha/alpha.module.js';
    import { BetaModule } from './beta/beta.module.js';
    import { registry } from './channels.js';
    import { dataSource } from './kernel/postgres/data-source.js';`,
  'src/channels.ts': `
    import type { BetaChanged } from './beta/contract/beta.contract.js';
    import { ChangeAlpha } from './alpha/commands/change-alpha.js';`,

  'src/kernel/domain/events.ts': `export interface DomainEvent { readonly type: string }`,
  'src/platform/http/problems/problem.ts': `import type { DomainEvent } from '../../../kernel/domain/events.js';`,
  'src/kernel/postgres/data-source.ts': `import pg from 'pg'; import { DataSource } from 'typeorm';`,
  'src/kernel/subscriptions/readers/subscription.ts': `
    import type { EntityManager } from 'typeorm';
    import type { DomainEvent } from '../../domain/events.js';`,
  'src/kernel/unit-of-work/unit-of-work.ts': `
    import { AsyncLocalStorage } from 'node:async_hooks';
    import { dataSource } from '../postgres/data-source.js';`,

  'src/alpha/contract/alpha.contract.ts': `import type { DomainEvent } from '../../kernel/domain/events.js';`,
  'src/alpha/alpha.module.ts': `
    import { TypeOrmModule } from '@nestjs/typeorm';
    import { AlphaController } from './http/alpha.controller.js';
    import { AlphaStore } from './persistence/alpha.store.js';
    import { HeardBeta } from './reactions/heard-beta.js';
    import { ShowAlpha } from './queries/show-alpha.js';`,
  'src/alpha/domain/alpha.ts': `
    import type { AlphaChanged } from '../contract/alpha.contract.js';
    import type { DomainEvent } from '../../kernel/domain/events.js';
    import { Size } from './size.js';`,
  'src/alpha/domain/size.ts': `export class Size {}`,
  'src/alpha/commands/change-alpha.ts': `
    import { CommandHandler } from '@nestjs/cqrs';
    import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
    import { Alpha } from '../domain/alpha.js';`,
  'src/alpha/queries/show-alpha.ts': `
    import { EntityManager } from 'typeorm';
    import { Size } from '../domain/size.js';`,
  'src/alpha/reactions/heard-beta.ts': `
    import type { EntityManager } from 'typeorm';
    import type { BetaChanged } from '../../beta/contract/beta.contract.js';
    import { subscription } from '../../kernel/subscriptions/readers/subscription.js';
    import { ChangeAlpha } from '../commands/change-alpha.js';`,
  'src/alpha/persistence/alpha.store.ts': `
    import { EntitySchema } from 'typeorm';
    import { Alpha } from '../domain/alpha.js';`,
  'src/alpha/http/alpha.controller.ts': `
    import { Controller } from '@nestjs/common';
    import { CommandBus } from '@nestjs/cqrs';
    import { ApiTags } from '@nestjs/swagger';
    import { IsInt } from 'class-validator';
    import { problem } from '../../platform/http/problems/problem.js';
    import { ChangeAlpha } from '../commands/change-alpha.js';
    import type { Shown } from '../queries/show-alpha.js';`,

  'src/platform/cli/application-runner.ts': `import { Command } from 'commander';`,
  'src/alpha/cli/change.ts': `
    import { Command } from 'commander';
    import { run } from '../../platform/cli/application-runner.js';
    import { ChangeAlpha } from '../commands/change-alpha.js';`,

  'src/alpha/upcasters/alpha-changed.ts': `import type { Upcaster } from '../../kernel/event-log/upcasters.js';`,
  'src/alpha/settings/alpha-policy.ts': `import { Size } from '../domain/size.js';`,
  'src/kernel/event-log/upcasters.ts': `import type { DomainEvent } from '../domain/events.js';`,
  'src/platform/telemetry/sdk.ts': `
    import { metrics } from '@opentelemetry/api';
    import { MeterProvider } from '@opentelemetry/sdk-metrics';`,
  'src/alpha/telemetry/alpha-metrics.ts': `import { metrics } from '@opentelemetry/api';`,

  'src/beta/contract/beta.contract.ts': `import type { DomainEvent } from '../../kernel/domain/events.js';`,
  'src/beta/beta.module.ts': `import { BetaStore } from './persistence/beta.store.js';`,
  'src/beta/domain/beta.ts': `import type { BetaChanged } from '../contract/beta.contract.js';`,
  'src/beta/persistence/beta.store.ts': `import { Beta } from '../domain/beta.js';`,

  'test/support/database.ts': `import { AppModule } from '../../src/app.module.js';`,
  'test/system/whole.e2e.spec.ts': `
    import { Alpha } from '../../src/alpha/domain/alpha.js';
    import { Beta } from '../../src/beta/domain/beta.js';`,
  'test/kernel/unit-of-work.int.spec.ts': `
    import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
    import { database } from '../support/database.js';`,
  'test/alpha/alpha.unit.spec.ts': `
    import { expect } from '@jest/globals';
    import type { BetaChanged } from '../../src/beta/contract/beta.contract.js';
    import { AlphaModule } from '../../src/alpha/alpha.module.js';
    import { database } from '../support/database.js';
    import { anAlpha } from './fixtures.js';`,
  'test/alpha/fixtures.ts': `import { Alpha } from '../../src/alpha/domain/alpha.js';`,
};

/** By the rule that catches them: what it is, and the files that it adds to the house in order. */
export const plantedViolations: Readonly<Record<string, Readonly<Record<string, Tree>>>> = {
  'only-contracts-cross': {
    "a feature that reaches past another feature's contract": {
      'src/alpha/commands/deep.ts': `import { Beta } from '../../beta/domain/beta.js';`,
    },
    "a type-only import of another feature's entity": {
      'src/alpha/commands/type-only.ts': `import type { Beta } from '../../beta/domain/beta.js';`,
    },
    'an inline type import from another feature': {
      'src/alpha/commands/inline-type.ts': `import { type Beta } from '../../beta/domain/beta.js';`,
    },
    'an import() type of another feature': {
      'src/alpha/commands/type.ts': `export type B = import('../../beta/domain/beta.js').Beta;`,
    },
    "a re-export of another feature's domain": {
      'src/alpha/reactions/re-export.ts': `export * from '../../beta/domain/beta.js';`,
    },
    "a type re-export of another feature's domain": {
      'src/alpha/reactions/types.ts': `export type { Beta } from '../../beta/domain/beta.js';`,
    },
    'a namespace re-export of another feature': {
      'src/alpha/reactions/namespace.ts': `export * as beta from '../../beta/domain/beta.js';`,
    },
    'a re-export of all types of another feature': {
      'src/alpha/reactions/all-types.ts': `export type * from '../../beta/domain/beta.js';`,
    },
    'a typeof import() of another feature': {
      'src/alpha/commands/typeof.ts': `export type B = typeof import('../../beta/domain/beta.js');`,
    },
    'a path through the root to another feature': {
      'src/alpha/commands/around.ts': `import { Beta } from '../../../src/beta/domain/beta.js';`,
    },
    "data of another feature's": {
      'src/alpha/commands/data.ts': `import sizes from '../../beta/domain/sizes.json' with { type: 'json' };`,
      'src/beta/domain/sizes.json': `{}`,
    },
    "another feature's errors in a command of ours": {
      'src/alpha/commands/caught.ts': `import { UnknownBeta } from '../../beta/domain/beta.js';`,
    },
    "another feature's command in a reaction of ours": {
      'src/alpha/reactions/foreign-command.ts': `import { ChangeBeta } from '../../beta/domain/beta.js';`,
    },
    "another feature's query behind our controller": {
      'src/alpha/http/foreign.controller.ts': `import type { Beta } from '../../beta/domain/beta.js';`,
    },
    'a dynamic import of another feature': {
      'src/alpha/commands/late.ts': `export const b = await import('../../beta/domain/beta.js');`,
    },
    'an import of another feature for its side effects': {
      'src/alpha/commands/side-effect.ts': `import '../../beta/domain/beta.js';`,
    },
    "another feature's entity in a relation of ours": {
      'src/alpha/persistence/joined.schema.ts': `import { BetaSchema } from '../../beta/persistence/beta.store.js';`,
    },
    'a path alias to another feature': {
      'src/alpha/commands/alias.ts': `import { Beta } from '@planted/beta/domain/beta.js';`,
    },
    "a feature that imports another feature's module": {
      'src/alpha/wiring.ts': `import { BetaModule } from '../beta/beta.module.js';`,
    },
    'a feature that imports the app module': {
      'src/alpha/commands/upwards.ts': `import { AppModule } from '../../app.module.js';`,
    },
  },
  'contract-is-plain-data': {
    'a contract that shows its domain': {
      'src/gamma/contract/gamma.contract.ts': `export type { Gamma } from '../domain/gamma.js';`,
      'src/gamma/domain/gamma.ts': `export class Gamma {}`,
    },
    'a contract that needs a package': {
      'src/delta/contract/delta.contract.ts': `import { IsInt } from 'class-validator';`,
    },
    'a contract that knows telemetry': {
      'src/theta/contract/theta.contract.ts': `import type { Attributes } from '@opentelemetry/api';`,
    },
    'a contract that imports data': {
      'src/iota/contract/iota.contract.ts': `import type sizes from '../domain/sizes.json' with { type: 'json' };`,
      'src/iota/domain/sizes.json': `{}`,
    },
    "a contract that leans on another feature's": {
      'src/eta/contract/eta.contract.ts': `import type { BetaChanged } from '../../beta/contract/beta.contract.js';`,
    },
  },
  'kernel-knows-no-feature': {
    'a kernel that knows a feature': {
      'src/platform/http/favourite.ts': `import { Alpha } from '../../alpha/domain/alpha.js';`,
    },
    "a kernel that knows as much as a feature's contract": {
      'src/kernel/event-log/known.ts': `import type { AlphaChanged } from '../../alpha/contract/alpha.contract.js';`,
    },
  },
  'kernel-knows-no-platform': {
    'a kernel that speaks HTTP': {
      'src/kernel/event-log/refused.ts': `import { problem } from '../../platform/http/problems/problem.js';`,
    },
    'a kernel that knows the words of the features': {
      'src/kernel/event-log/worded.ts': `import { sku } from '../../vocabulary/sku.js';`,
      'src/vocabulary/sku.ts': `export const sku = /x/;`,
    },
  },
  'vocabulary-is-plain': {
    'a vocabulary that knows a package': {
      'src/vocabulary/checked.ts': `import { IsInt } from 'class-validator';`,
    },
    'a vocabulary that knows where it is used': {
      'src/vocabulary/field.ts': `import { problem } from '../platform/http/problems/problem.js';`,
    },
  },
  'module-is-wired-from-above': {
    'a command that imports the module it is wired in': {
      'src/alpha/commands/token.ts': `import { ALPHA } from '../alpha.module.js';`,
    },
  },
  'app-module-puts-together': {
    'an entrance that picks a feature by itself': {
      'src/worker.ts': `import { AlphaModule } from './alpha/alpha.module.js';`,
    },
  },
  'settings-know-declarations': {
    'settings that are taken from a handler': {
      'src/settings.ts': `import { ChangeAlpha } from './alpha/commands/change-alpha.js';`,
    },
  },
  'scopes-know-declarations': {
    'scopes that are taken from a controller': {
      'src/scopes.ts': `import { AlphaController } from './alpha/http/alpha.controller.js';`,
    },
  },
  'cli-puts-commands-together': {
    'a command line that knows more of a feature than its commands': {
      'src/program.ts': `import { ChangeAlpha } from './alpha/commands/change-alpha.js';`,
    },
  },
  'channels-know-events-and-commands': {
    'a registry of channels that reaches a store': {
      'src/channels.ts': `import { AlphaStore } from './alpha/persistence/alpha.store.js';`,
    },
  },
  'app-module-knows-modules': {
    'an app module that knows more of a feature than its module': {
      'src/app.module.ts': `import { AlphaStore } from './alpha/persistence/alpha.store.js';`,
    },
  },
  'domain-is-plain': {
    'a domain that knows Nest': {
      'src/alpha/domain/injected.ts': `import { Injectable } from '@nestjs/common';`,
    },
    'a domain that knows TypeORM, if only by type': {
      'src/alpha/domain/row.ts': `import type { EntityManager } from 'typeorm';`,
    },
    'a domain that measures itself': {
      'src/alpha/domain/measured.ts': `import { metrics } from '@opentelemetry/api';`,
    },
    'a domain that knows the decorators of the API': {
      'src/alpha/domain/decorated.ts': `import { IsInt } from 'class-validator';`,
    },
    'a domain that makes its own ids': {
      'src/alpha/domain/id.ts': `import { randomUUID } from 'node:crypto';`,
    },
    'a domain that knows its store': {
      'src/alpha/domain/saved.ts': `import { AlphaStore } from '../persistence/alpha.store.js';`,
    },
    'a domain that reaches into the kernel past kernel/domain': {
      'src/alpha/domain/unit.ts': `import type { U } from '../../kernel/unit-of-work/unit-of-work.js';`,
    },
    "a domain that speaks another feature's words": {
      'src/alpha/domain/words.ts': `import type { BetaChanged } from '../../beta/contract/beta.contract.js';`,
    },
  },
  'kernel-domain-is-plain': {
    'a domain of the kernel that needs a package': {
      'src/kernel/domain/reactive.ts': `import { Subject } from 'rxjs';`,
    },
  },
  'controllers-only-dispatch': {
    'a controller that touches the store': {
      'src/alpha/http/store.controller.ts': `import { AlphaStore } from '../persistence/alpha.store.js';`,
    },
    'a controller that opens a unit of work': {
      'src/alpha/http/unit.controller.ts': `import { U } from '../../kernel/unit-of-work/unit-of-work.js';`,
    },
    'a controller that writes SQL': {
      'src/alpha/http/sql.controller.ts': `import { InjectEntityManager } from '@nestjs/typeorm';`,
    },
    "a controller that shows another feature's events": {
      'src/alpha/http/beta.controller.ts': `import type { BetaChanged } from '../../beta/contract/beta.contract.js';`,
    },
  },
  'cli-only-dispatches': {
    'a CLI command that touches the store': {
      'src/alpha/cli/store.ts': `import { AlphaStore } from '../persistence/alpha.store.js';`,
    },
    'a CLI command that opens a unit of work': {
      'src/alpha/cli/unit.ts': `import { U } from '../../kernel/unit-of-work/unit-of-work.js';`,
    },
    'a CLI command that answers in HTTP': {
      'src/alpha/cli/status.ts': `import { problem } from '../../platform/http/problems/problem.js';`,
    },
  },
  'cli-is-the-edge': {
    'a command that prints': {
      'src/alpha/commands/print.ts': `import { Command } from 'commander'; export const c = Command;`,
    },
  },
  'http-is-the-edge': {
    'a command that answers in HTTP': {
      'src/alpha/commands/status.ts': `import { problem } from '../../platform/http/problems/problem.js';`,
    },
    'a reaction that calls a controller': {
      'src/alpha/reactions/call.ts': `import { AlphaController } from '../http/alpha.controller.js';`,
    },
  },
  'queries-only-read': {
    'a query that loads an aggregate': {
      'src/alpha/queries/load.ts': `import { AlphaStore } from '../persistence/alpha.store.js';`,
    },
    'a query that opens a unit of work': {
      'src/alpha/queries/unit.ts': `import { U } from '../../kernel/unit-of-work/unit-of-work.js';`,
    },
  },
  'reactions-run-use-cases': {
    'a reaction that writes past the use case': {
      'src/alpha/reactions/shortcut.ts': `import { AlphaStore } from '../persistence/alpha.store.js';`,
    },
  },
  'read-models-follow-the-log': {
    'a read model that asks the store': {
      'src/alpha/read-models/ask.ts': `import type { AlphaStore } from '../persistence/alpha.store.js';`,
    },
    'a read model that knows a rule': {
      'src/alpha/read-models/rule.ts': `import { Alpha } from '../domain/alpha.js';`,
    },
  },
  'persistence-serves-the-domain': {
    'a store that knows a command': {
      'src/alpha/persistence/caller.ts': `import type { ChangeAlpha } from '../commands/change-alpha.js';`,
    },
  },
  'one-place-calls-out': {
    'a command that posts': {
      'src/alpha/commands/post.ts': `import { request } from 'node:https';`,
    },
    'a store that resolves names': {
      'src/alpha/persistence/names.ts': `import { lookup } from 'node:dns/promises';`,
    },
  },
  'sending-serves-use-cases': {
    'a sender that knows a command': {
      'src/alpha/sending/caller.ts': `import type { ChangeAlpha } from '../commands/change-alpha.js';`,
    },
  },
  'known-folders': {
    'a file in a folder that no rule knows': {
      'src/alpha/services/alpha.service.ts': `import { Size } from '../domain/size.js';`,
    },
    'a file beside the folders': {
      'src/alpha/alpha-tools.ts': `import { Size } from './domain/size.js';`,
    },
  },
  'tests-are-found': {
    'a spec in src': {
      'src/alpha/domain/alpha.unit.spec.ts': `import { Alpha } from './alpha.js';`,
    },
    'a spec that does not say what it needs': {
      'test/alpha/alpha.spec.ts': `import { Alpha } from '../../src/alpha/domain/alpha.js';`,
    },
  },
  'upcasters-are-pure': {
    'an upcaster that looks into a table': {
      'src/alpha/upcasters/from-table.ts': `import type { EntityManager } from 'typeorm';`,
    },
    'an upcaster that leans on a rule of today': {
      'src/alpha/upcasters/ruled.ts': `import { Size } from '../domain/size.js';`,
    },
  },
  'telemetry-sdk-has-one-place': {
    'an SDK in a feature, if only by type': {
      'src/alpha/commands/metered.ts': `import type { MetricData } from '@opentelemetry/sdk-metrics';`,
    },
    'an exporter in the kernel': {
      'src/platform/http/exported.ts': `import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';`,
    },
  },
  'sql-has-its-places': {
    'SQL in a command': { 'src/alpha/commands/sql.ts': `import { EntityManager } from 'typeorm';` },
  },
  'one-place-connects': {
    'a feature that opens connections of its own': {
      'src/alpha/persistence/pool.ts': `import { Pool } from 'pg';`,
    },
  },
  'no-package-internals': {
    'the insides of TypeORM': {
      'src/kernel/postgres/driver.ts': `import type { D } from 'typeorm/driver/postgres/PostgresDriver.js';`,
    },
    'the insides of the driver': {
      'src/kernel/postgres/client.ts': `import Client from 'pg/lib/client.js';`,
    },
    'the insides of Nest': {
      'src/alpha/commands/nest.ts': `import { x } from '@nestjs/common/utils/shared.utils.js';`,
    },
  },
  resolvable: {
    'insides that a package has closed': {
      'src/alpha/commands/closed.ts': `import { CommandBus } from '@nestjs/cqrs/dist/command-bus.js';`,
    },
    'a file that is not there': { 'src/alpha/commands/lost.ts': `import { lost } from './nowhere.js';` },
  },
  'packages-by-name': {
    'a path into node_modules': {
      'src/alpha/commands/path.ts': `import { map } from '../../../node_modules/rxjs/dist/cjs/index.js';`,
    },
  },
  'no-development-packages': {
    'a development package in src': {
      'src/alpha/commands/jest.ts': `import { expect } from '@jest/globals';`,
    },
    'a development package in src, if only by type': {
      'src/platform/http/testing.ts': `import type { TestingModule } from '@nestjs/testing';`,
    },
  },
  declared: {
    'a package that only came along with another': {
      'src/platform/http/came-along.ts': `import { iterate } from 'iterare';`,
    },
  },
  'no-deprecated-core': {
    'a module that Node has deprecated': {
      'src/platform/http/old.ts': `import { toASCII } from 'node:punycode';`,
    },
  },
  'no-require': {
    'a require': {
      'src/alpha/commands/require.ts': `export const b = require('../../beta/domain/beta.js');`,
    },
    'an import that is a require': {
      'src/alpha/commands/import-equals.ts': `import beta = require('../../beta/contract/beta.contract.js');`,
    },
    'a built-in fetched behind the back of import': {
      'src/alpha/domain/built-in.ts': `export const fs = process.getBuiltinModule('node:fs');`,
    },
  },
  'no-create-require': {
    'a require under another name': {
      'src/alpha/commands/create-require.ts': `
        import { createRequire } from 'node:module';
        export const beta = createRequire(import.meta.url)('../../beta/domain/beta.js');`,
    },
  },
  'no-cycles': {
    'a cycle': {
      'src/alpha/domain/hen.ts': `import { Egg } from './egg.js'; export class Hen {}`,
      'src/alpha/domain/egg.ts': `import { Hen } from './hen.js'; export class Egg {}`,
    },
    'a cycle of types': {
      'src/beta/domain/hen.ts': `import type { Egg } from './egg.js'; export interface Hen { lays: Egg }`,
      'src/beta/domain/egg.ts': `import { type Hen } from './hen.js'; export interface Egg { hatches: Hen }`,
    },
  },
  'no-folder-cycles': {
    'folders that need each other, though no two files do': {
      'src/zeta/domain/hen.ts': `import { Nest } from '../queries/nest.js'; export class Hen {}`,
      'src/zeta/domain/egg.ts': `export class Egg {}`,
      'src/zeta/queries/nest.ts': `export class Nest {}`,
      'src/zeta/queries/basket.ts': `import { Egg } from '../domain/egg.js'; export class Basket {}`,
    },
  },
  'no-orphans': {
    'an orphan': { 'src/alpha/queries/orphan.ts': `export const forgotten = true;` },
  },
  'production-stands-alone': {
    'a test fixture in src': {
      'src/alpha/commands/fixture.ts': `import { anAlpha } from '../../../test/alpha/fixtures.js';`,
    },
    'a measurement that src needs': {
      'src/alpha/commands/measured.ts': `import { rate } from '../../../tools/bench/rate.js';`,
      'tools/bench/rate.ts': `export const rate = 1;`,
    },
    'a fault that src needs': {
      'src/alpha/commands/faulty.ts': `import { kill } from '../../../tools/chaos/kill.js';`,
      'tools/chaos/kill.ts': `export const kill = true;`,
    },
    'a mutation that src needs': {
      'src/alpha/commands/mutated.ts': `import type { Mutation } from '../../../tools/mutation/mutation.js';`,
      'tools/mutation/mutation.ts': `export interface Mutation { readonly name: string }`,
    },
    'what was compiled before': {
      'src/alpha/commands/compiled.ts': `import { old } from '../../../dist/src/old.js';`,
      'dist/src/old.js': `export const old = true;`,
    },
    'a folder that nobody has listed': {
      'src/platform/http/tool.ts': `import { tool } from '../../../tools/tool.js';`,
      'tools/tool.ts': `export const tool = 1;`,
    },
    'an example that src needs': {
      'src/alpha/commands/example.ts': `import { orders } from '../../../examples/orders.js';`,
      'examples/orders.ts': `export const orders = [];`,
    },
  },
  'command-line-shows-the-demo': {
    'a tool, and another example than the demo, that the command line needs': {
      'src/cli.ts': `
import { rate } from '../tools/bench/rate.js';
import { orders } from '../examples/orders.js';`,
      'tools/bench/rate.ts': `export const rate = 1;`,
      'examples/orders.ts': `export const orders = [];`,
    },
  },
  'tests-stay-with-their-feature': {
    'a test that reaches into another feature': {
      'test/alpha/nosy.unit.spec.ts': `import { Beta } from '../../src/beta/domain/beta.js';`,
    },
    "a test that borrows another feature's fixtures": {
      'test/beta/borrowing.unit.spec.ts': `import { anAlpha } from '../alpha/fixtures.js';`,
    },
    'a test of one feature that starts them all': {
      'test/alpha/everything.int.spec.ts': `import { AppModule } from '../../src/app.module.js';`,
    },
    'a test of the kernel that leans on a feature': {
      'test/kernel/leaning.unit.spec.ts': `import { Alpha } from '../../src/alpha/domain/alpha.js';`,
    },
  },
};

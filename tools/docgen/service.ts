import { DiscoveryService } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { Authenticator } from '../../src/platform/access/authenticator.js';
import { readAllSettings } from '../../src/settings.js';
import { EVENT_SCHEMAS, type EventSchemas } from '../../src/platform/schemas/event-schemas.js';
import { createHttpApp } from '../../src/platform/server/http-app.js';
import {
  isParticipant,
  isReaction,
  isProjection,
  Subscription,
  type Subscriber,
} from '../../src/kernel/subscriptions/readers/subscription.js';
import { tablesOf, type Table } from './tables.js';

/** What the service says of itself while it runs. */
export interface Service {
  readonly openApi: OpenAPIObject;
  readonly asyncApi: object;
  readonly subscriptions: readonly DeclaredSubscription[];
  /** The class of the Nest module that each controller belongs to, by the controller's class. */
  readonly moduleOf: ReadonlyMap<string, string>;
  readonly tables: readonly Table[];
}

export interface DeclaredSubscription {
  readonly name: string;
  readonly hears: readonly string[];
  readonly awaited: boolean;
  readonly kind: 'reaction' | 'read model' | 'delivery' | 'participant';
  /** Of the events that it hears, those in whose transactions it takes part. */
  readonly takesPartIn: readonly string[];
  /** The table of a read model. */
  readonly table: string | undefined;
  readonly subscriber: string;
  /** The class of the Nest module that it belongs to. */
  readonly module: string;
}

/** Starts the service on a migrated database and asks it; on the command line's terms, so that nothing is done. */
export async function askService(databaseUrl: string, events: EventSchemas): Promise<Service> {
  const settings = readAllSettings({});
  const module = AppModule.forRoot(settings, databaseUrl, 'cli');
  const app = await createHttpApp(module, { logger: false });
  try {
    await app.init();
    // The documents say what a service asks for that has keys, which one on a new database does not.
    app
      .get(Authenticator, { strict: false })
      .setKeys([{ id: '', name: '', hash: Buffer.alloc(0), scopes: [], isRevoked: true }]);
    // Those of the code, which may be newer than the generated file that the service was built with.
    Object.assign(app.get<object>(EVENT_SCHEMAS, { strict: false }), events);
    const document = async <T>(url: string) => (await app.inject({ url })).json<T>();
    const discovery = app.get(DiscoveryService, { strict: false });
    return {
      openApi: await document<OpenAPIObject>('/openapi.json'),
      asyncApi: await document<object>('/asyncapi.json'),
      subscriptions: declaredSubscriptions(discovery),
      moduleOf: new Map(discovery.getControllers().map(({ name, host }) => [String(name), host!.name])),
      tables: await tablesOf(app.get(DataSource, { strict: false })),
    };
  } finally {
    await app.close();
  }
}

function declaredSubscriptions(discovery: DiscoveryService): DeclaredSubscription[] {
  const declared = discovery.getProviders({ metadataKey: Subscription.KEY }).map((provider) => {
    const {
      name,
      events: hears,
      takesPartIn,
      readYourWrites: awaited = false,
    } = discovery.getMetadataByDecorator(Subscription, provider)!;
    const subscriber = provider.instance as Subscriber;
    return {
      name,
      hears,
      awaited,
      kind: kindOf(subscriber),
      takesPartIn: takesPartIn ?? (isParticipant(subscriber) ? hears : []),
      table: isProjection(subscriber) ? subscriber.table : undefined,
      subscriber: String(provider.name),
      module: provider.host!.name,
    };
  });
  return declared.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function kindOf(subscriber: Subscriber): DeclaredSubscription['kind'] {
  if (isReaction(subscriber)) return 'reaction';
  if (isParticipant(subscriber)) return 'participant';
  return isProjection(subscriber) ? 'read model' : 'delivery';
}

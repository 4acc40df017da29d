import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import 'reflect-metadata';
import { registry } from '../../src/channels.js';
import type { IncomingChannel, OutgoingChannel } from '../../src/platform/brokers/channels/channel.js';
import { MEDIA_TYPE } from '../../src/platform/brokers/channels/message-schema.js';
import { Upcasters } from '../../src/kernel/event-log/upcasters.js';
import { project } from '../architecture/cruise.js';
import { features, sourcesIn } from '../support/features.js';
import { NOTHING, type Contract, type Message } from './contract.js';
import type { HasUpcaster } from './contract-changes.js';
import { callsOf, type OpenApi } from './open-api.js';
import { publishedEvents } from '../../tools/docgen/published-events.js';
import { schemaOf, sorted } from '../../tools/docgen/schema.js';

/** What every feature stands on promises something, too: the events as such, how far their readers are, health. */
const PLATFORM = 'platform';

/**
 * The contracts that the code has, by feature: events from the types in its contract file, calls from the API document
 * that `npm run docs` writes, messages from the registry of channels.
 * @throws {Error} where a call or a channel belongs to nobody
 */
export async function contractsOfCode(): Promise<Map<string, Contract>> {
  const owners = [...(await features()), PLATFORM];
  const sources = new Map<string, string>();
  for (const owner of owners) {
    sources.set(owner, [...(await sourcesIn(join('src', owner))).values()].join('\n'));
  }
  const ownerOf = (what: string, name: string): string => {
    const owner = owners.find((each) => sources.get(each)!.includes(what));
    if (!owner) throw new Error(`${name} belongs to no feature: none has ${what} in its folder.`);
    return owner;
  };

  const files = new Map(owners.map((owner) => [owner, `src/${owner}/contract/${owner}.contract.ts`]));
  const published = publishedEvents(project, [...files.values()]);
  const contracts = new Map<string, Contract>();
  for (const owner of owners) {
    const events = sorted(published.get(files.get(owner)!)!, ({ version, data }) => ({ [version]: data }));
    contracts.set(owner, { ...NOTHING, events });
  }
  const publisherOf = (type: string, name: string): string => {
    const owner = owners.find((each) => Object.hasOwn(contracts.get(each)!.events, type));
    if (!owner) throw new Error(`${name} belongs to no feature: none publishes ${type}.`);
    return owner;
  };
  const add = (owner: string, part: 'calls' | 'messages', name: string, value: object) => {
    const contract = contracts.get(owner)!;
    contracts.set(owner, {
      ...contract,
      [part]: sorted({ ...contract[part], [name]: value }, (each) => each),
    });
  };

  const document = JSON.parse(await readFile(join(project, 'docs/openapi.json'), 'utf8')) as OpenApi;
  for (const [name, { controller, call }] of callsOf(document)) {
    add(ownerOf(`class ${controller} `, name), 'calls', name, call);
  }
  for (const channel of registry.channels) {
    const owner =
      channel.direction === 'in'
        ? ownerOf(`class ${channel.command.name} `, channel.name)
        : publisherOf(channel.publishes[0]!, channel.name);
    add(owner, 'messages', channel.name, messageOf(channel));
  }
  return contracts;
}

function messageOf({ direction, version, orderedBy, schema }: IncomingChannel | OutgoingChannel): Message {
  const body = schemaOf(schema as Readonly<Record<string, unknown>>);
  return { direction, version, orderedBy, mediaType: MEDIA_TYPE, body };
}

/** By the upcasters that the modules of the features declare, as they do when the service is put together. */
export async function declaredUpcasters(): Promise<HasUpcaster> {
  const upcasters = new Upcasters();
  for (const feature of await features()) {
    const file = (await import(`../../src/${feature}/${feature}.module.js`)) as Record<string, unknown>;
    for (const module of Object.values(file)) {
      if (typeof module !== 'function') continue;
      const needs = (Reflect.getMetadata('design:paramtypes', module) ?? []) as unknown[];
      if (!needs.includes(Upcasters)) continue;
      Reflect.construct(
        module,
        needs.map((need) => (need === Upcasters ? upcasters : undefined)),
      );
    }
  }
  return (type, from) => upcasters.beginsAt(type, from);
}

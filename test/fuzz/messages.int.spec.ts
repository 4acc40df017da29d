import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { REGISTRY } from '../../src/platform/brokers/channels/channel.js';
import {
  incomingOf,
  type IncomingChannel,
  type Registry,
} from '../../src/platform/brokers/channels/channel.js';
import { Receiver } from '../../src/platform/brokers/messages/receiver.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { startService, type RunningService } from '../support/service.js';
import { every, isCode, isQuantity } from './contract.js';
import { asJson, hostileJson, hostileName, hostileText, mostly } from './hostile.js';
import { Findings, requestsToSend, SEED, timeFor } from './runs.js';
import { faultsStored } from './stored.js';

const MESSAGES = requestsToSend(400, 0.05);

let database: TestDatabase;
let service: RunningService;
let channel: IncomingChannel;
beforeAll(async () => {
  database = await freshDatabase();
  service = await startService(database.url);
  [channel] = incomingOf(service.get<Registry>(REGISTRY)) as [IncomingChannel];
  for (let n = 0; n < 5; n++) {
    await service.request('POST', '/v1/batches', { reference: `PO-${n}`, sku: 'TABLE', quantity: 10 });
  }
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

interface Message {
  readonly id: string | null;
  readonly body: Buffer;
  /** What it says where it can be read; null where it cannot, undefined where that is left open. */
  readonly says: { readonly batchref: string; readonly qty: number } | null | undefined;
}

const references = fc.nat(7).map((n) => `PO-${n}`);
const batchref = mostly(
  references.map((reference) => asJson(reference)),
  hostileJson,
);
const qty = mostly(fc.integer({ min: 0, max: 30 }).map(String), hostileJson);

const body: fc.Arbitrary<string | Buffer> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(batchref, qty).map(([batchref, qty]) => `{"batchref":${batchref},"qty":${qty}}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(batchref, qty, hostileName, hostileJson)
      .map(
        ([batchref, qty, name, value]) => `{${asJson(name)}:${value},"batchref":${batchref},"qty":${qty}}`,
      ),
  },
  { weight: 2, arbitrary: hostileJson },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: qty.map((qty) => Buffer.from(`{"batchref":"PO-1","qty":${qty}}`, 'utf16le')) },
  { weight: 1, arbitrary: qty.map((qty) => `\ufeff{"batchref":"PO-1","qty":${qty}}`) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(70_000, 1_100_000)
      .map((length) => `{"batchref":"${'x'.repeat(length)}","qty":1}`),
  },
);

const message: fc.Arbitrary<Message> = fc
  .tuple(body, fc.oneof(fc.constant(null), hostileText, fc.uuid()))
  .map(([words, id]) => {
    const bytes = Buffer.from(words as string);
    return { id, body: bytes, says: readingOf(bytes) };
  });

function readingOf(bytes: Buffer): Message['says'] {
  if (bytes.length > 1024 * 1024) return null;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { batchref, qty } = Object.fromEntries(Object.entries(value)) as { batchref: unknown; qty: unknown };
  const verdict = every([isCode(batchref), isQuantity(qty, 0)]);
  return verdict === null ? undefined : verdict ? { batchref: batchref as string, qty: qty as number } : null;
}

describe('Any message from a broker', () => {
  it(
    `is applied, or kept with its reason, and never lost: ${MESSAGES} messages of seed ${SEED}`,
    async () => {
      const receiver = service.get(Receiver);
      const dataSource = service.get(DataSource);
      const findings = new Findings();
      const seen = new Set<string>();
      const kept = async () => {
        const [row] = await dataSource.query<{ count: number }[]>('select count(*) from broker.dead_letter');
        return row!.count;
      };
      let before = await kept();
      for (const { id, body, says } of fc.sample(message, { seed: SEED, numRuns: MESSAGES })) {
        const add = (fault: string) =>
          findings.add(fault, JSON.stringify([id, body.toString().slice(0, 300)]));
        await receiver
          .receive(channel, { broker: 'redis', channel: channel.name, id, body, attempt: 1 })
          .catch((error: unknown) => add(`throws ${String(error)}`));
        const now = await kept();
        // A second message of an id is the first one again.
        const isRepeated = id !== null && seen.has(id);
        if (id !== null) seen.add(id);
        const isId = id === null || (id.length <= 256 && !/[\0\p{Cs}]/u.test(id));
        const isKnown = says != null && /^PO-[0-4]$/.test(says.batchref);
        if (isId && !isRepeated && isKnown) {
          const { body: batch } = await service.request<{ quantity: number }>(
            'GET',
            `/v1/batches/${says.batchref}`,
          );
          if (batch.quantity !== says.qty) add('is not applied');
          if (now !== before) add('is kept, though it is applied');
        } else if (says !== undefined && !isRepeated && now !== before + 1) {
          add('is not kept');
        }
        before = now;
      }

      expect(findings.all).toEqual([]);
      const letters = await dataSource.query<{ reason: string }[]>('select reason from broker.dead_letter');
      expect(letters.length).toBeGreaterThan(10);
      expect(letters.filter(({ reason }) => !/^(?:InvalidMessage|UnknownBatch): ./s.test(reason))).toEqual(
        [],
      );
      expect(await faultsStored(database.url)).toEqual([]);
    },
    timeFor(MESSAGES),
  );
});

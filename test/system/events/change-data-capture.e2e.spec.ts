import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EventLog } from '../../../src/kernel/event-log/event-log.js';
import { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { migrateUp } from '../../../src/platform/migrations/migrations.js';
import { startService, type RunningService } from '../../support/service.js';
import { changesIn, type Change } from './pgoutput.js';

// It starts a PostgreSQL and migrates it, while other tests use the same machine.

/** More than are appended under the lock. */
const MANY = 2_100;

const page = await readFile(join(import.meta.dirname, '../../../docs/integrations.md'), 'utf8');
/** Each statement of the page by itself: some run in no transaction with others. */
const statements = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].flatMap(([, sql]) =>
  sql!.split(/;\n/).filter((statement) => statement.trim() !== ''),
);

let home: string;
let postgres: EmbeddedPostgres;
let client: pg.Client;
let service: RunningService;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earmark-capture-'));
  // PostgreSQL's user may pass when the tests run as root.
  await chmod(home, 0o711);
  // As after the restart that the first statement asks for.
  postgres = await startEmbeddedPostgres(join(home, 'data'), undefined, {
    settings: { wal_level: 'logical' },
  });
  await migrateUp(postgres.url);
  client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  service = await startService(postgres.url);
});
afterAll(async () => {
  await service.close();
  await client.end();
  await postgres.stop();
  await rm(home, { recursive: true });
});

const register = async (reference: string, sku: string) => {
  const { status } = await service.request('POST', '/v1/batches', { reference, sku, quantity: 10 });
  expect(status).toBe(201);
};

/** Appends many events of one SKU in one transaction, and does the work before that is committed. */
async function appendMany(sku: string, meanwhile: () => Promise<void>): Promise<void> {
  const cause = { correlationId: randomUUID(), causationId: null };
  const event = {
    type: 'OutOfStock',
    version: 1,
    key: sku,
    data: { sku, refusals: 1, units: 1, available: 0 },
  };
  const events = Array.from({ length: MANY }, () => ({ event, cause }));
  await service.get(UnitOfWork).inTransaction(async (tx) => {
    await service.get(EventLog).append(tx, events);
    await meanwhile();
  });
}

async function changesOf(slot: string): Promise<Change[][]> {
  const { rows } = await client.query<{ data: Buffer }>(
    `select data from pg_logical_slot_get_binary_changes($1, null, null, 'proto_version', '1', 'publication_names', $2)`,
    [slot, slot],
  );
  return changesIn(rows.map(({ data }) => data));
}

const positionOf = ({ row }: Change) => Number(row.position);
const isEvent = ({ table, kind }: Change) => table === 'event' && kind === 'insert';
/** The positions of all events, or of those of a SKU. */
async function logged(sku: string | null = null): Promise<number[]> {
  const { rows } = await client.query<{ position: string }>(
    'select position from event_log.event where $1::text is null or key = $1 order by position',
    [sku],
  );
  return rows.map(({ position }) => Number(position));
}

describe('The publications of docs/integrations.md', () => {
  it('are made by statements that run as they stand there', async () => {
    expect(statements).toHaveLength(9);
    const { rows } = await client.query<{ slot_name: string; plugin: string }>(
      'select slot_name, plugin from pg_replication_slots order by slot_name',
    );
    expect(rows).toEqual([
      { slot_name: 'earmark_events', plugin: 'pgoutput' },
      { slot_name: 'earmark_log', plugin: 'pgoutput' },
    ]);
  });

  it('let a role read the log and nothing else', async () => {
    const url = new URL(postgres.url);
    [url.username, url.password] = ['earmark_cdc', 'change-me'];
    const reader = new pg.Client({ connectionString: url.href });
    await reader.connect();
    try {
      await reader.query('select count(*) from event_log.event');
      await expect(reader.query('select from allocation.batch')).rejects.toThrow('permission denied');
      await expect(reader.query('delete from event_log.event')).rejects.toThrow('permission denied');
    } finally {
      await reader.end();
    }
  });

  it('deliver each event once with what the API shows of it, and those of a SKU in the order of the log, although a large transaction is overtaken', async () => {
    await register('PO-1', 'LAMP');
    await appendMany('RUG', () => register('PO-2', 'LAMP'));
    await register('PO-3', 'RUG');

    const events = (await changesOf('earmark_events')).flat();
    expect(events.every(isEvent)).toBe(true);
    for (const sku of ['LAMP', 'RUG'])
      expect(events.filter(({ row }) => row.key === sku).map(positionOf)).toEqual(await logged(sku));
    const positions = events.map(positionOf);
    expect(positions).not.toEqual(positions.toSorted((a, b) => a - b));
    const [first] = (await service.request<{ items: Record<string, unknown>[] }>('GET', '/v1/events?limit=1'))
      .body.items;
    const { row } = events[0]!;
    expect({ id: row.id, type: row.type, key: row.key, data: JSON.parse(row.data!) as object }).toEqual({
      ...{ id: first!.id, type: first!.type, key: first!.key, data: first!.data },
    });
    expect(Object.keys(row).sort()).toEqual(
      [
        ...['position', 'id', 'type', 'version', 'key', 'occurred_at'],
        ...['correlation_id', 'causation_id', 'actor', 'data'],
      ].sort(),
    );
    // Nothing comes twice.
    expect(await changesOf('earmark_events')).toEqual([]);
  });

  it('give all events in the order of the log to a consumer that minds the horizon', async () => {
    const passedOn: number[] = [];
    const open = new Set<number>();
    let held: number[] = [];
    let mostHeld = 0;
    for (const transaction of await changesOf('earmark_log')) {
      for (const change of transaction) {
        if (isEvent(change)) held.push(positionOf(change));
        else if (change.table === 'reserved' && change.kind === 'insert') open.add(Number(change.row.first));
        else if (change.table === 'reserved') open.delete(Number(change.row.first));
      }
      const horizon = Math.min(...open, Infinity);
      passedOn.push(...held.filter((position) => position < horizon).sort((a, b) => a - b));
      held = held.filter((position) => position >= horizon);
      mostHeld = Math.max(mostHeld, held.length);
    }
    expect(passedOn).toEqual(await logged());
    expect(held).toEqual([]);
    // The one that has overtaken the large transaction.
    expect(mostHeld).toBe(1);
  });
});

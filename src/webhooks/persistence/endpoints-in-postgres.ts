import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { appendAudit } from '../../kernel/audit/audit.js';
import type { Transaction } from '../../kernel/domain/store.js';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { requireInLog } from '../../kernel/event-log/pruned.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { Endpoint, type EndpointState } from '../domain/endpoint.js';
import { Endpoints, type EndpointNeed } from '../domain/endpoints.js';
import { TooManyWebhooks } from '../domain/errors.js';
import { disable, lockEndpoints } from './endpoint-rows.js';

const MOST_ENDPOINTS = 100;

/** Webhooks in the schema `webhooks`: few, and seldom changed, so they are written one by one. */
@Injectable()
export class EndpointsInPostgres extends Endpoints {
  constructor(private readonly log: EventLog) {
    super();
  }

  async load(tx: Transaction, needs: readonly EndpointNeed[]): Promise<ReadonlyMap<string, Endpoint>> {
    const ids = [...new Set(needs.map(({ id }) => id))];
    const rows = await managerOf(tx).query<(EndpointState & { id: string })[]>(
      `select id, url, types, skus, format, secrets, disabled_reason as "disabledReason"
         from webhooks.endpoint where id = any($1) order by id for no key update`,
      [ids],
    );
    const states = new Map(rows.map(({ id, ...state }) => [id, state]));
    return new Map(ids.map((id) => [id, new Endpoint(id, states.get(id) ?? null)]));
  }

  async save(tx: Transaction, changed: readonly Endpoint[]): Promise<void> {
    const manager = managerOf(tx);
    await lockEndpoints(manager);
    const head = await this.log.head(manager);
    for (const endpoint of changed) {
      if (endpoint.state) await write(manager, endpoint, endpoint.state, head);
      else await remove(manager, endpoint.id);
      if (endpoint.restarts) await restart(manager, endpoint.id);
      if (endpoint.replaysAfter !== null) await replay(manager, endpoint.id, endpoint.replaysAfter, head);
    }
    const [row] = await manager.query<{ count: number }[]>('select count(*) as count from webhooks.endpoint');
    if (row!.count > MOST_ENDPOINTS) throw new TooManyWebhooks(MOST_ENDPOINTS);
    const acts = changed.flatMap(({ id, acts }) => acts.map((act) => ({ ...act, subject: id })));
    await appendAudit(manager, ...acts);
  }
}

/**
 * A new one begins after the newest event. One that was disabled goes on where it was, by a replay of what has happened since.
 */
async function write(
  manager: EntityManager,
  { id }: Endpoint,
  { url, types, skus, format, secrets, disabledReason }: EndpointState,
  head: number,
): Promise<void> {
  await manager.query(
    `insert into webhooks.endpoint (id, url, types, skus, format, secrets, begins_after)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update
       set url = excluded.url, types = excluded.types, skus = excluded.skus, format = excluded.format,
           secrets = excluded.secrets`,
    [id, url, types, skus, format, JSON.stringify(secrets), head],
  );
  if (disabledReason === null) await enable(manager, id, head);
  else await disable(manager, id, disabledReason);
}

async function enable(manager: EntityManager, id: string, head: number): Promise<void> {
  await manager.query(
    `update webhooks.endpoint
        set disabled_at = null, disabled_reason = null, resume_after = null,
            replayed_up_to = least(replayed_up_to, resume_after), replay_up_to = $2
      where id = $1 and disabled_at is not null`,
    [id, head],
  );
}

/** Its deliveries are deleted later and in portions, since there can be many. */
async function remove(manager: EntityManager, id: string): Promise<void> {
  await manager.query('delete from webhooks.endpoint where id = $1', [id]);
  await manager.query('delete from webhooks.queue where endpoint_id = $1', [id]);
  await manager.query('insert into webhooks.deleted_endpoint (id) values ($1)', [id]);
}

/** What waits is tried at once, as if it had never been tried. */
async function restart(manager: EntityManager, id: string): Promise<void> {
  await manager.query(
    'update webhooks.endpoint set failing_since = null, paused_until = null where id = $1',
    [id],
  );
  await manager.query(
    `update webhooks.queue set due_at = now(), tries = 0, tried_since = null
      where endpoint_id = $1 and claim is null`,
    [id],
  );
}

/** @throws {EventsPruned | AheadOfLog} */
async function replay(manager: EntityManager, id: string, after: number, head: number): Promise<void> {
  await requireInLog(manager, after);
  await manager.query('update webhooks.endpoint set replayed_up_to = $2, replay_up_to = $3 where id = $1', [
    id,
    after,
    head,
  ]);
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { StoredEvent } from '../../kernel/domain/events.js';
import type { Transaction } from '../../kernel/domain/store.js';
import { column } from '../../kernel/postgres/column.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { deliveriesOf, type Delivery, type Subscriber } from '../domain/deliveries.js';
import { typesIn } from '../domain/event-types.js';
import { Outbox } from '../domain/outbox.js';
import { holdEndpoints } from './endpoint-rows.js';

/** The outbox in the schema `webhooks`. */
@Injectable()
export class OutboxInPostgres extends Outbox {
  async wantedTypes(tx: Transaction): Promise<readonly string[]> {
    const subscribers = await subscribersIn(managerOf(tx));
    return typesIn(subscribers.flatMap(({ types }) => types));
  }

  async queue(tx: Transaction, events: readonly StoredEvent[]): Promise<void> {
    const manager = managerOf(tx);
    const subscribers = await subscribersIn(manager);
    await putDeliveries(
      manager,
      events.flatMap((event) => deliveriesOf(event, subscribers)),
    );
  }
}

/** While one is disabled, its events stay in the log: a replay can send them. */
async function subscribersIn(manager: EntityManager): Promise<Subscriber[]> {
  await holdEndpoints(manager);
  return manager.query<Subscriber[]>(
    `select id, types, skus, format, begins_after as "beginsAfter"
       from webhooks.endpoint where disabled_at is null`,
  );
}

/** Between bodies, `chr(31)`: JSON escapes it, so no body has it. To quote each body for an array takes longer. */
const SEPARATOR = '\x1f';

/**
 * Adds deliveries, and queues their SKUs. The row of a queue is locked in any case, also one that is there already: a sender
 * that is about to remove it, because nothing waits in it, has to wait and then finds these.
 * @param isReplay whether deliveries that have ended are made again
 */
export async function putDeliveries(
  manager: EntityManager,
  deliveries: readonly Delivery[],
  isReplay = false,
): Promise<void> {
  if (deliveries.length === 0) return;
  await manager.query(
    `insert into webhooks.delivery as known (endpoint_id, position, event_id, type, sku, format, body)
     select coalesce(endpoint_id, $4), position, event_id, coalesce(type, $6), coalesce(sku, $8), coalesce(format, $10), body
       from unnest($1::bigint[], $2::uuid[], $3::uuid[], $5::text[], $7::text[], $9::text[], string_to_array($11, chr(31)))
            as put (position, event_id, endpoint_id, type, sku, format, body)
     on conflict (endpoint_id, position) do ${isReplay ? MAKE_AGAIN : 'nothing'}`,
    [
      deliveries.map(({ position }) => position),
      deliveries.map(({ eventId }) => eventId),
      ...column(deliveries.map(({ endpointId }) => endpointId)),
      ...column(deliveries.map(({ type }) => type)),
      ...column(deliveries.map(({ sku }) => sku)),
      ...column(deliveries.map(({ format }) => format)),
      deliveries.map(({ body }) => body).join(SEPARATOR),
    ],
  );
  await manager.query(
    `insert into webhooks.queue as known (endpoint_id, sku)
     select distinct endpoint_id, sku collate "C" from unnest($1::uuid[], $2::text[]) as put (endpoint_id, sku) order by 1, 2
     on conflict (endpoint_id, sku) do update set due_at = known.due_at where false`,
    [deliveries.map(({ endpointId }) => endpointId), deliveries.map(({ sku }) => sku)],
  );
}

const MAKE_AGAIN = `update
  set format = excluded.format, body = excluded.body, created_at = excluded.created_at,
      state = 'pending', attempts = 0, last_attempt_at = null, ended_at = null, status = null, error = null
where known.state <> 'pending'`;

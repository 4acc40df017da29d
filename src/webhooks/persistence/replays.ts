import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../kernel/domain/store.js';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { deliveriesOf, type Subscriber } from '../domain/deliveries.js';
import { typesIn } from '../domain/event-types.js';
import { holdEndpoints } from './endpoint-rows.js';
import { putDeliveries } from './outbox-in-postgres.js';

/** Events that are read for one webhook in one transaction. */
const PORTION = 500;

type Replay = Subscriber & { readonly after: number; readonly upTo: number };

/** Queues what has happened again, portion by portion. Several instances may do this at the same time. */
@Injectable()
export class Replays {
  constructor(private readonly log: EventLog) {}

  /** @returns whether there was anything to do, so that there may be more */
  async continue(tx: Transaction): Promise<boolean> {
    const manager = managerOf(tx);
    await holdEndpoints(manager);
    const [replay] = await manager.query<Replay[]>(
      `select id, types, skus, format, 0 as "beginsAfter", replayed_up_to as after, replay_up_to as "upTo"
         from webhooks.endpoint where replayed_up_to is not null and disabled_at is null
        order by id limit 1 for no key update skip locked`,
    );
    if (!replay) return false;
    const { events, upTo } = await this.log.readOf(manager, typesIn(replay.types), replay.after, PORTION);
    const deliveries = events
      .filter(({ position }) => position <= replay.upTo)
      .flatMap((event) => deliveriesOf(this.log.upcasters.current(event), [replay]));
    await putDeliveries(manager, deliveries, true);
    await manager.query(
      `update webhooks.endpoint
          set replayed_up_to = case when $2 < replay_up_to then $2 end,
              replay_up_to = case when $2 < replay_up_to then replay_up_to end
        where id = $1`,
      [replay.id, upTo],
    );
    return true;
  }
}

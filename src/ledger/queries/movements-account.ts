import { Injectable } from '@nestjs/common';
import { IntegrityAccount, type Account } from '../../kernel/integrity/account.js';
import { EVENTS_OF_MOVEMENTS } from '../read-models/movement-events.js';
import { changesIn, movementsIn } from '../read-models/movements-in.js';

const EVENTS = `
  select position, type, key, data from event_log.event
   where type in (${EVENTS_OF_MOVEMENTS.map((type) => `'${type}'`).join(', ')}) and ($1::text is null or key = $1)`;

const NEW_EVENTS = `
  ${EVENTS} and position > (select position from event_log.subscription where name = 'ledger.movements')`;

/** What all events of the log add up to. The units that are left of a batch are those on hand and those still to come. */
@IntegrityAccount()
@Injectable()
export class LogAccount implements Account {
  readonly name = 'event_log';
  readonly figures = ['left', 'claimed'];
  readonly needsWholeLog = true;
  readonly statement = `
    with ${changesIn(EVENTS, 'not materialized')}
    select sku as key, batch_reference as item,
           jsonb_build_object('left', sum(quantity), 'claimed', sum(claimed)) as figures
      from changed
     group by sku, batch_reference
     order by sku, batch_reference`;
}

/** What the movements of batches add up to, with those of events that the read model has yet to read. */
@IntegrityAccount()
@Injectable()
export class MovementsAccount implements Account {
  readonly name = 'ledger.movements';
  readonly figures = ['onHand', 'inbound', 'left', 'claimed'];

  readonly statement = `
    with ${movementsIn(NEW_EVENTS, 'ledger.batch_slice')}
    select key, item,
           jsonb_build_object('onHand', sum(on_hand), 'inbound', sum(inbound), 'left', sum(on_hand + inbound),
                              'claimed', sum(claimed)) as figures
      from (select sku as key, batch_reference as item,
                   coalesce((select sum(change) from unnest(on_hand_changes) as change), 0) as on_hand,
                   coalesce((select sum(change) from unnest(inbound_changes) as change), 0) as inbound,
                   (select sum(change) from unnest(claimed_changes) as change) as claimed
              from ledger.batch_slice
             where $1::text is null or sku = $1
             union all
            select sku, batch_reference, on_hand, inbound, claimed from movement) as moved
     group by key, item
     order by key, item`;
}

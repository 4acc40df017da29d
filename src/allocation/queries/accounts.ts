import { Injectable } from '@nestjs/common';
import { IntegrityAccount, type Account } from '../../kernel/integrity/account.js';
import { ON_HAND } from './on-hand.js';

/** The figures of batches as they are stored, which decide about promises. */
@IntegrityAccount()
@Injectable()
export class BatchesAccount implements Account {
  readonly name = 'allocation.batch';
  readonly figures = ['onHand', 'inbound', 'left', 'claimed', 'held'];
  readonly follows = 'allocation.stock';
  readonly statement = `
    select sku as key, reference as item,
           jsonb_build_object('onHand', ${ON_HAND}, 'inbound', quantity - ${ON_HAND}, 'left', quantity,
                              'claimed', allocated, 'held', held) as figures
      from allocation.batch
     where $1::text is null or sku = $1
     order by sku, reference`;
}

/** What order lines claim of batches, added up. */
@IntegrityAccount()
@Injectable()
export class LinesAccount implements Account {
  readonly name = 'allocation.line';
  readonly figures = ['claimed', 'held'];
  readonly statement = `
    select key, item, jsonb_build_object('claimed', sum(units), 'held', coalesce(sum(units) filter (where is_held), 0)) as figures
      from (select sku as key, batch_reference as item, quantity as units, expires_at is not null as is_held
              from allocation.line
             where $1::text is null or sku = $1
             union all
            select claim.sku, claim.batch_reference, claim.quantity, expires_at is not null
              from allocation.split_claim as claim join allocation.line using (order_id, sku)
             where $1::text is null or claim.sku = $1) as claimed
     group by key, item
     order by key, item`;
}

import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import { DEFAULT_POLICY, type Policy } from '../../src/allocation/domain/policy.js';
import { promisedAt, type EarlierPromise } from '../../src/allocation/domain/promised-date.js';
import { toPromisedDate } from '../../src/allocation/domain/stored-promised-date.js';
import { StockInPostgres } from '../../src/allocation/persistence/stock-in-postgres.js';
import { readSnapshots } from '../../src/allocation/queries/order-snapshots.js';
import type { Transaction } from '../../src/kernel/domain/store.js';
import { TypeOrmTransactions } from '../../src/kernel/postgres/typeorm-transactions.js';
import { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { NOW } from '../support/now.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import type { KernelWithClock } from './kernel-with-clock.js';
import { pictureOfOrder, type OrderStack } from './order.stack.js';
import { byBatch, byReference } from './placement.model.js';
import type { Picture, TermsPicture } from './product.picture.js';

interface StoredPromise {
  readonly sequence: number;
  readonly batch: { readonly eta: string | null; readonly earlier: readonly EarlierPromise[] };
}

class CountedTransactions extends TypeOrmTransactions {
  committed = 0;

  override async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await super.run(work);
    this.committed++;
    return result;
  }
}

const TERMS = `json_build_object('split', split, 'neededBy', needed_by, 'priority', priority, 'expiresAt', expires_at,
                                 'locations', locations)`;

const termsOf = (terms: TermsPicture): TermsPicture => ({
  ...terms,
  expiresAt: terms.expiresAt && new Date(terms.expiresAt),
});

export function stackInPostgres({ dataSource, log, clock }: KernelWithClock): OrderStack {
  let time = NOW;
  const transactions = new CountedTransactions(dataSource);
  return {
    stock: new StockInPostgres(new Calendar('UTC', () => time)),
    setClock: (now) => clock.set((time = now)),
    unitOfWork: new UnitOfWork(transactions, log),
    committed: () => transactions.committed,
    async stored(sku) {
      const [product] = await dataSource.query<
        (Pick<Picture, 'version' | 'lastChannel' | 'orderIds'> & { policy: Policy | null })[]
      >(
        `select version, policy, last_channel as "lastChannel",
                array(select order_id from (select order_id, sku, sequence from allocation.line union all
                                            select order_id, sku, sequence from allocation.backorder) as its
                       where its.sku = product.sku order by sequence) as "orderIds"
           from allocation.product where sku = $1`,
        [sku],
      );
      const batches = await dataSource.query<Picture['batches']>(
        `select reference, quantity, eta::text, allocated, nullif(held, 0) as held, overdue_noted::text as "overdueNoted",
                nullif(received, 0) as received, lot
           from allocation.batch where sku = $1`,
        [sku],
      );
      const lines = await dataSource.query<(Picture['lines'][number] & StoredPromise)[]>(
        `select order_id as "orderId", sequence, promised_date::text as "promisedDate", may_wait as "mayWait",
                (select json_build_object('eta', eta, 'earlier', coalesce(earlier_promises, '[]'))
                   from allocation.batch where reference = line.batch_reference) as batch, ${TERMS} as terms,
                (select json_agg(json_build_object('batchReference', batch_reference, 'quantity', quantity)
                                 order by batch_reference)
                   from (select line.batch_reference, line.quantity union all
                         select batch_reference, quantity from allocation.split_claim as claim
                          where claim.order_id = line.order_id and claim.sku = line.sku) as claims) as claims
           from allocation.line where sku = $1 order by sequence`,
        [sku],
      );
      const waiting = await dataSource.query<
        (Picture['waiting'][number] & { promisedDate: string | null })[]
      >(
        `select order_id as "orderId", quantity, promised_date::text as "promisedDate", ${TERMS} as terms,
                coalesce(channel, '') as channel
           from allocation.backorder where sku = $1 order by place`,
        [sku],
      );
      const asInMemory = batches.map(({ held, overdueNoted, received, lot, ...batch }) => ({
        ...batch,
        ...(held && { held }),
        ...(overdueNoted && { overdueNoted }),
        ...(received && { received }),
        ...(lot && { lot }),
      }));
      const withDates = lines.map(({ terms, claims, sequence, batch, promisedDate, ...line }) => ({
        ...line,
        promisedDate: promisedDate === null ? promisedAt(sequence, batch) : toPromisedDate(promisedDate),
        terms: termsOf(terms),
        claims: [...claims].sort(byBatch),
      }));
      return {
        ...(product ?? { version: 0, lastChannel: null, orderIds: [] }),
        policy: product?.policy ?? DEFAULT_POLICY,
        batches: asInMemory.sort(byReference),
        lines: withDates,
        waiting: waiting.map(({ terms, promisedDate, ...line }) => ({
          ...line,
          promisedDate: promisedDate === null ? undefined : toPromisedDate(promisedDate),
          terms: termsOf(terms),
        })),
      };
    },
    async orders(orderIds) {
      const found = await readSnapshots(dataSource, orderIds);
      return orderIds.map((_, i) => (found.has(i) ? pictureOfOrder(found.get(i)!) : undefined));
    },
    async told(sku) {
      const events = await dataSource.query<(AllocationEvent & { subject: string | null })[]>(
        'select type, version, key, subject, data from event_log.event where key = $1 order by position',
        [sku],
      );
      return events.map(({ subject, ...event }) => (subject === null ? event : { ...event, subject }));
    },
  };
}

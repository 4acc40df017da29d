import fc from 'fast-check';
import type { Transaction } from '../../src/kernel/domain/store.js';
import { EventLog } from '../../src/kernel/event-log/event-log.js';
import { TypeOrmTransactions } from '../../src/kernel/postgres/typeorm-transactions.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { CountingStock } from './counting-stock.js';
import type { KernelWithClock } from './kernel-with-clock.js';
import type { OrderStack } from './order.stack.js';
import { stackInPostgres } from './stack-in-postgres.js';

/** Which of the two instances is asked next: the same one several times, and then the other. */
export const turns = fc.array(
  fc.constantFrom(0 as const, 0 as const, 0 as const, 0 as const, 0 as const, 0 as const, 1 as const),
  {
    minLength: 41,
    maxLength: 41,
  },
);

/** Two instances on one database, each of which remembers products. */
export class TwoInstances {
  readonly #stocks = [new CountingStock(), new CountingStock()] as const;
  readonly #units: readonly [UnitOfWork, UnitOfWork];
  readonly #usual: OrderStack;
  #committed = 0;

  constructor(kernel: KernelWithClock) {
    this.#usual = stackInPostgres(kernel);
    const countCommit = () => void this.#committed++;
    class Counted extends TypeOrmTransactions {
      override async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
        const result = await super.run(work);
        countCommit();
        return result;
      }
    }
    const unit = () => new UnitOfWork(new Counted(kernel.dataSource), new EventLog());
    this.#units = [unit(), unit()];
  }

  /** A stack that asks the instances in this order, another one each time that the clock is set. */
  taking(order: readonly (0 | 1)[]): OrderStack {
    let turn = 0;
    let instance: 0 | 1 = 0;
    const [stocks, units] = [this.#stocks, this.#units];
    return {
      ...this.#usual,
      get stock() {
        return stocks[instance];
      },
      get unitOfWork() {
        return units[instance];
      },
      committed: () => this.#committed,
      setClock: (now) => {
        instance = order[turn++ % order.length]!;
        return this.#usual.setClock(now);
      },
    };
  }

  sum(what: 'confirmed' | 'refuted' | 'confirmedOrders'): number {
    return this.#stocks[0][what] + this.#stocks[1][what];
  }
}

import { StockInPostgres } from '../../src/allocation/persistence/stock-in-postgres.js';
import { isOrderNeed, type StockNeed } from '../../src/allocation/domain/stock.js';

/** Counts the groups that relied on what is remembered of products, and whether that was confirmed. */
export class CountingStock extends StockInPostgres {
  confirmed = 0;
  refuted = 0;
  /** Orders of the groups that were confirmed. */
  confirmedOrders = 0;

  override recall(needs: readonly StockNeed[]) {
    const recalled = super.recall(needs);
    if (!recalled) return undefined;
    const ended = recalled.ended.bind(recalled);
    return Object.assign(recalled, {
      ended: (isCommitted: boolean) => {
        this[isCommitted ? 'confirmed' : 'refuted']++;
        if (isCommitted) this.confirmedOrders += needs.filter(isOrderNeed).length;
        ended(isCommitted);
      },
    });
  }
}

import type { BatchesEvent } from '../../batches/contract/batches.contract.js';
import { DomainError } from '../../kernel/domain/errors.js';
import { takeAtOnce } from '../../kernel/domain/steps.js';
import { datesOf } from '../../vocabulary/dates.js';
import type { Batch } from '../domain/batch.js';
import type { Product } from '../domain/product.js';
import { AddBatch, addBatch } from './add-batch.js';
import { ChangeQuantity, changeQuantity } from './change-quantity.js';
import { RescheduleBatch, reschedule } from './reschedule-batch.js';

/** Register a batch. */
export class Purchase {
  constructor(
    readonly reference: string,
    readonly sku: string,
    /** Units. */
    readonly quantity: number,
    /** `YYYY-MM-DD`; null: on hand. */
    readonly eta: string | null,
  ) {}
}

/** Change what was bought. */
export class PurchaseChange {
  constructor(
    readonly reference: string,
    /** Units, or another date (`YYYY-MM-DD`; null: it has come). */
    readonly change: { readonly quantity: number } | { readonly eta: string | null },
  ) {}
}

/** What `batches` answers to a purchase under a reference that is taken. */
export class PurchaseConflict extends DomainError {
  readonly code = 'batch-conflict';
  readonly kind = 'conflict';

  constructor(
    reference: string,
    message = `Batch ${reference} was registered with another SKU, quantity or ETA, or with other facts.`,
  ) {
    super(message, { reference });
  }

  static ofOtherSku(reference: string, registered: string, sku: string): PurchaseConflict {
    return new PurchaseConflict(
      reference,
      `Batch ${reference} was registered with the SKU ${registered}, and a reference belongs to one SKU: ` +
        `give ${sku} another reference.`,
    );
  }
}

/** What `batches` answers to a change of a batch that was never registered. */
export class UnknownPurchase extends DomainError {
  readonly code = 'unknown-batch';
  readonly kind = 'not-found';

  constructor(reference: string) {
    super(`There is no batch ${reference}.`, { reference });
  }
}

interface Answer {
  readonly isNew: boolean;
  readonly body: object;
  /** What `batches` would publish. */
  readonly published: readonly BatchesEvent[];
}

/**
 * What happens to the stock when something is bought, or what was bought changes. The paper is the business of `batches`:
 * here it is read from allocation's own picture of a batch, which has its units and its date as they are before the first
 * step, and not as they were registered.
 */
export class SimulatedPurchases {
  /** As they were before the first step, or as a step has registered them. */
  readonly #registered = new Map<string, { readonly quantity: number; readonly eta: string | null }>();

  /** @param today `YYYY-MM-DD` */
  constructor(private readonly today: string) {}

  /** To be called before the first step. */
  remember({ reference, bought: quantity, eta }: Batch): void {
    this.#registered.set(reference, { quantity, eta });
  }

  /** @throws {PurchaseConflict} */
  register(product: Product, purchase: Purchase): Answer {
    const { reference, sku, quantity, eta } = purchase;
    const known = product.warehouse.find(reference);
    if (known) {
      const before = this.#registered.get(reference)!;
      if (before.quantity !== quantity || before.eta !== eta) throw new PurchaseConflict(reference);
      return { isNew: false, body: this.#bodyOf(sku, known), published: [] };
    }
    this.#registered.set(reference, purchase);
    const data = { batchReference: reference, sku, quantity, eta };
    addBatch(product, new AddBatch(sku, data));
    const body = this.#bodyOf(sku, product.warehouse.find(reference)!);
    return { isNew: true, body, published: [{ type: 'BatchRegistered', version: 1, key: sku, data }] };
  }

  /** @throws {UnknownPurchase} */
  change(product: Product, { reference, change }: PurchaseChange): Answer {
    const { sku } = product;
    const batch = product.warehouse.find(reference);
    if (!batch) throw new UnknownPurchase(reference);
    const published: BatchesEvent[] = [];
    const its = { batchReference: reference, sku };
    const { bought: previousQuantity, eta: previousEta } = batch;
    if ('eta' in change && change.eta !== previousEta) {
      reschedule(product, new RescheduleBatch(sku, reference, change.eta));
      const data = { ...its, eta: change.eta, previousEta };
      published.push({ type: 'BatchRescheduled', version: 1, key: sku, data });
    }
    if ('quantity' in change && change.quantity !== previousQuantity) {
      const { quantity } = change;
      takeAtOnce(changeQuantity(product, new ChangeQuantity(sku, reference, quantity - previousQuantity)));
      const data = { ...its, quantity, previousQuantity };
      published.push({ type: 'BatchQuantityChanged', version: 1, key: sku, data });
    }
    return { isNew: false, body: this.#bodyOf(sku, batch), published };
  }

  #bodyOf(sku: string, batch: Batch): object {
    const { reference, bought: quantity, eta, onHand, outstanding, allocated, held, available } = batch;
    const { location, bestBefore, blocked } = batch.lot;
    // Who it was bought from is on the paper alone.
    const lot = { location, bestBefore, supplier: null, blocked };
    const figures = { onHand, inbound: outstanding, shipped: batch.goods.shipped, claimed: allocated, held };
    return { reference, sku, quantity, ...lot, ...datesOf(eta, this.today), ...figures, available };
  }
}

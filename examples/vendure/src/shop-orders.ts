import { Injectable } from '@nestjs/common';
import {
  GlobalSettingsService,
  Order,
  OrderLine,
  ProductVariant,
  StockLevel,
  TransactionalConnection,
  TranslatorService,
  orderTotalIsCovered,
  type ID,
  type RequestContext,
} from '@vendure/core';

/** What an order wants of one SKU. Lines of the shop that differ in their custom fields only are one line of Earmark. */
export interface ShopLine {
  readonly sku: string;
  /** For messages. */
  readonly name: string;
  /** Units that the customer has ordered and not cancelled. */
  readonly kept: number;
  /** Units of fulfilments that were not cancelled: they have left. */
  readonly sent: number;
}

export interface ShopFulfillment {
  /** How Earmark knows it. A fulfilment may contain lines of several orders. */
  readonly shipmentId: string;
  readonly isCancelled: boolean;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** An order as Earmark has to see it: of products without stock there is nothing to see. */
export interface ShopOrder {
  readonly id: ID;
  /** Its name in Earmark. */
  readonly code: string;
  readonly state: string;
  readonly isPlaced: boolean;
  /** The state that its payments have earned it; null without one: an order that costs nothing is not paid by itself. */
  readonly paid: 'PaymentSettled' | 'PaymentAuthorized' | null;
  readonly lines: readonly ShopLine[];
  readonly fulfillments: readonly ShopFulfillment[];
}

/** Reads what the shop knows of an order. */
@Injectable()
export class ShopOrders {
  constructor(
    private readonly connection: TransactionalConnection,
    private readonly settings: GlobalSettingsService,
    private readonly translator: TranslatorService,
  ) {}

  /** Null if it was deleted. */
  async find(ctx: RequestContext, id: ID): Promise<ShopOrder | null> {
    const order = await this.connection.getRepository(ctx, Order).findOne({
      where: { id },
      relations: ['lines', 'lines.productVariant', 'payments', 'fulfillments', 'fulfillments.lines'],
    });
    if (!order) return null;
    const isTracked = await this.#tracking(ctx);
    const lines = order.lines.filter(({ productVariant }) => isTracked(productVariant));
    const skuOf = new Map(lines.map((line) => [String(line.id), line.productVariant.sku]));
    const fulfillments = order.fulfillments
      .filter(({ state }) => state !== 'Created')
      .map((fulfillment) => ({
        shipmentId: `${order.code}-${fulfillment.id}`,
        isCancelled: fulfillment.state === 'Cancelled',
        lines: sumBySku(
          fulfillment.lines.flatMap(({ orderLineId, quantity }) => {
            const sku = skuOf.get(String(orderLineId));
            return sku === undefined ? [] : [{ sku, quantity }];
          }),
        ),
      }))
      .filter((fulfillment) => fulfillment.lines.length > 0);
    const sent = sumBySku(
      fulfillments.filter(({ isCancelled }) => !isCancelled).flatMap((fulfillment) => fulfillment.lines),
    );
    const kept = sumBySku(lines.map(({ productVariant: { sku }, quantity }) => ({ sku, quantity })));
    return {
      id,
      code: order.code,
      state: order.state,
      isPlaced: Boolean(order.orderPlacedAt),
      paid: paidState(order),
      lines: kept.map(({ sku, quantity }) => ({
        sku,
        name: this.#nameOf(ctx, lines.find((line) => line.productVariant.sku === sku)?.productVariant, sku),
        // Vendure leaves the quantities of an order that is cancelled before it is placed.
        kept: order.state === 'Cancelled' ? 0 : quantity,
        sent: sent.find((line) => line.sku === sku)?.quantity ?? 0,
      })),
      fulfillments,
    };
  }

  /** The order that a line belongs to. */
  async idOfLine(ctx: RequestContext, { id }: OrderLine): Promise<ID> {
    const line = await this.connection.getEntityOrThrow(ctx, OrderLine, id, { relations: ['order'] });
    return line.order.id;
  }

  async skuOf(ctx: RequestContext, { productVariantId }: OrderLine): Promise<string> {
    const variant = await this.connection.getEntityOrThrow(ctx, ProductVariant, productVariantId, {
      includeSoftDeleted: true,
      loadEagerRelations: false,
    });
    return variant.sku;
  }

  /** Until the end of the transaction, nobody else places the order or tells Earmark about it. */
  async lock(ctx: RequestContext, id: ID): Promise<void> {
    if (!this.#canLock) return;
    await this.connection
      .getRepository(ctx, Order)
      .createQueryBuilder('o')
      .select('o.id')
      .where('o.id = :id', { id })
      // Two payments of the order refer to its row already: the stronger lock would let them wait for each other.
      .setLock(this.#isPostgres ? 'for_no_key_update' : 'pessimistic_write')
      .getRawOne();
  }

  /**
   * Vendure reads a stock level, adds to it and writes the sum back, so of two orders at the same time one is forgotten; and it
   * goes by the order of the cart, so two carts may wait for each other. With all rows of the order locked before, always in the
   * same order, the second one reads what the first has written.
   */
  async lockStockLevels(ctx: RequestContext, orderId: ID): Promise<void> {
    const lines = await this.connection
      .getRepository(ctx, OrderLine)
      .createQueryBuilder('line')
      .select('line.productVariantId', 'variantId')
      .where('line.orderId = :orderId', { orderId })
      .getRawMany<{ variantId: ID }>();
    if (!this.#canLock || lines.length === 0) return;
    await this.connection
      .getRepository(ctx, StockLevel)
      .createQueryBuilder('level')
      .select('level.id')
      .where('level.productVariantId IN (:...variantIds)', {
        variantIds: lines.map(({ variantId }) => variantId),
      })
      .orderBy('level.id')
      .setLock('pessimistic_write')
      .getRawMany();
  }

  get #isPostgres(): boolean {
    return this.connection.rawConnection.options.type === 'postgres';
  }

  /** SQLite has one writer at a time, and no row locks. */
  get #canLock(): boolean {
    return this.#isPostgres || ['mysql', 'mariadb'].includes(this.connection.rawConnection.options.type);
  }

  async #tracking(ctx: RequestContext): Promise<(variant: ProductVariant) => boolean> {
    const { trackInventory } = await this.settings.getSettings(ctx);
    return (variant) =>
      String(variant.trackInventory) === 'INHERIT'
        ? trackInventory
        : String(variant.trackInventory) === 'TRUE';
  }

  #nameOf(ctx: RequestContext, variant: ProductVariant | undefined, sku: string): string {
    return variant?.translations.length ? this.translator.translate(variant, ctx).name : sku;
  }
}

function paidState(order: Order): ShopOrder['paid'] {
  if (!order.payments.some(({ state }) => state === 'Settled' || state === 'Authorized')) return null;
  if (orderTotalIsCovered(order, 'Settled')) return 'PaymentSettled';
  return orderTotalIsCovered(order, ['Authorized', 'Settled']) ? 'PaymentAuthorized' : null;
}

function sumBySku(lines: readonly { sku: string; quantity: number }[]): { sku: string; quantity: number }[] {
  const units = new Map<string, number>();
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return [...units].map(([sku, quantity]) => ({ sku, quantity }));
}

import { Inject, Injectable } from '@nestjs/common';
import { Logger, type ID, type RequestContext } from '@vendure/core';
import {
  EarmarkClient,
  EarmarkRefused,
  EarmarkUnavailable,
  type EarmarkOrder,
  type WantedLine,
} from './earmark-client';
import { EARMARK_OPTIONS, type ResolvedOptions } from './options';
import { ShopOrders, type ShopLine, type ShopOrder } from './shop-orders';

export const LOGGER = 'EarmarkPlugin';

/** Why Earmark gives no units to an order. */
export interface Refusal {
  /** `unavailable`: Earmark was not there to ask, and may say yes later. `placed`: the order has its units already. */
  readonly kind: 'refused' | 'unavailable' | 'placed';
  /** For the customer, in their language. */
  readonly message: string;
}

/** The units of orders in Earmark: held while the customer pays, firm from then on. */
@Injectable()
export class Reservations {
  constructor(
    private readonly earmark: EarmarkClient,
    private readonly orders: ShopOrders,
    @Inject(EARMARK_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Holds all units of the order for as long as the customer may take to pay, anew if it holds them already. */
  hold(ctx: RequestContext, orderId: ID): Promise<Refusal | null> {
    return this.#ask(ctx, orderId, async (order) => {
      const lines = this.#wantedLines(order, null);
      if (lines.length === 0) return;
      const hold = { lines, expiresInSeconds: this.options.holdSeconds, reopen: true };
      try {
        await this.earmark.putOrder(order.code, hold);
      } catch (error) {
        // It was made firm for a payment that the shop then failed to store: the units are still its own.
        if (isRefused(error, 'order-firm')) await this.makeFirm(order);
        // It was held for as long as Earmark lets anybody hold: it has to get in line again.
        else if (isRefused(error, 'hold-expired')) {
          await this.earmark.cancelOrder(order.code);
          await this.earmark.putOrder(order.code, hold);
        } else throw error;
      }
    });
  }

  /**
   * Makes the hold firm: from now on the units leave the order only if it is cancelled. Of two payments at the same time, the
   * first one places the order.
   */
  async confirm(ctx: RequestContext, orderId: ID): Promise<Refusal | null> {
    await this.orders.lock(ctx, orderId);
    const current = await this.orders.find(ctx, orderId);
    if (current?.isPlaced) return { kind: 'placed', message: ctx.translate('message.earmark-placed') };
    return this.#ask(ctx, orderId, async (order) => {
      if (order.lines.every(({ kept }) => kept === 0)) return;
      try {
        await this.earmark.confirmOrder(order.code);
      } catch (error) {
        // There is no hold to confirm any more. If the units are still there, the order gets them all the same.
        if (!isRefused(error, 'unknown-order', 'order-cancelled', 'hold-expired')) throw error;
        await this.makeFirm(order);
      }
    });
  }

  /** Makes the lines in Earmark those that the administrator has made of the order. */
  amend(ctx: RequestContext, orderId: ID): Promise<Refusal | null> {
    return this.#ask(ctx, orderId, (order) => this.makeFirm(order));
  }

  /** Gives back what a customer holds who goes back to the cart. If Earmark is away, the hold ends by itself. */
  async release(ctx: RequestContext, orderId: ID): Promise<void> {
    const order = await this.orders.find(ctx, orderId);
    if (!order) return;
    try {
      await this.earmark.cancelOrder(order.code);
    } catch (error) {
      Logger.warn(`The hold of order ${order.code} was not released: ${messageOf(error)}`, LOGGER);
    }
  }

  /**
   * Makes the lines of the order in Earmark firm and exactly those that the shop has, if they are not.
   * @throws {EarmarkRefused | EarmarkUnavailable}
   */
  async makeFirm(order: ShopOrder): Promise<void> {
    const known = await this.earmark.findOrder(order.code);
    const lines = this.#wantedLines(order, known);
    if (lines.length === 0) return this.earmark.cancelOrder(order.code);
    if (known && isFirm(known) && hasLines(known, lines)) return;
    await this.earmark.putOrder(order.code, { lines, reopen: order.state !== 'Cancelled' });
  }

  /** The last day on which units may come that are sold today. */
  get sellsUntil(): string {
    return new Date(Date.now() + this.options.withinDays * 86_400_000).toISOString().slice(0, 10);
  }

  /** What has left stays in its line, also if the customer has cancelled it since: it comes back as a return. */
  #wantedLines(order: ShopOrder, known: EarmarkOrder | null): WantedLine[] {
    return order.lines.flatMap(({ sku, kept, sent }) => {
      const quantity = Math.max(kept, sent);
      const line = known?.lines.find((each) => each.sku === sku);
      const neededBy = line ? (line.neededBy ?? null) : this.sellsUntil;
      // Nothing tells the shop how units are spread over batches, so it cannot promise fewer than there are.
      return quantity === 0 ? [] : [{ sku, quantity, split: true, neededBy }];
    });
  }

  async #ask(
    ctx: RequestContext,
    orderId: ID,
    question: (order: ShopOrder) => Promise<void>,
  ): Promise<Refusal | null> {
    const order = await this.orders.find(ctx, orderId);
    if (!order) return null;
    try {
      await question(order);
      return null;
    } catch (error) {
      if (error instanceof EarmarkUnavailable) {
        Logger.error(`Earmark is not available for order ${order.code}: ${error.message}`, LOGGER);
        return { kind: 'unavailable', message: ctx.translate('message.earmark-unavailable') };
      }
      if (!(error instanceof EarmarkRefused)) throw error;
      const isShort = error.short.length > 0;
      if (!isShort)
        Logger.error(`Earmark refuses order ${order.code}: ${error.code}: ${error.message}`, LOGGER);
      const message = isShort
        ? ctx.translate('message.earmark-out-of-stock', { products: describeShort(error, order.lines) })
        : ctx.translate('message.earmark-refused', { reason: error.message });
      return { kind: 'refused', message };
    }
  }
}

export function isFirm({ state, expiresAt }: EarmarkOrder): boolean {
  return state !== 'cancelled' && expiresAt === null;
}

export function isRefused(error: unknown, ...codes: string[]): error is EarmarkRefused {
  return error instanceof EarmarkRefused && codes.includes(error.code);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hasLines(known: EarmarkOrder, lines: readonly WantedLine[]): boolean {
  const quantityOf = new Map(known.lines.map(({ sku, quantity }) => [sku, quantity]));
  return (
    quantityOf.size === lines.length && lines.every(({ sku, quantity }) => quantityOf.get(sku) === quantity)
  );
}

/** `Chair (2 wanted, 1 available), Lamp (1 wanted, 0 available)` */
function describeShort({ short }: EarmarkRefused, lines: readonly ShopLine[]): string {
  return short
    .map(({ sku, requested, available }) => {
      const name = lines.find((line) => line.sku === sku)?.name ?? sku;
      return `${name} (${requested} wanted, ${available} available)`;
    })
    .join(', ');
}

import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  HistoryService,
  JobQueueService,
  Logger,
  Order,
  OrderService,
  RequestContext,
  RequestContextCacheService,
  TransactionalConnection,
  isGraphQlErrorResult,
  type ID,
  type JobQueue,
  type SerializedRequestContext,
} from '@vendure/core';
import { HistoryEntryType } from '@vendure/common/lib/generated-types';
import { EarmarkClient, EarmarkRefused } from './earmark-client';
import { EARMARK_OPTIONS, type ResolvedOptions } from './options';
import { LOGGER, Reservations, isFirm, messageOf } from './reservations';
import { ShopOrders, type ShopOrder } from './shop-orders';

/** In these states no order has firm units. */
const UNPLACED = ['Created', 'Draft', 'AddingItems', 'ArrangingPayment'];
/** Refusals that may end by themselves: goods arrive, or the order has changed while it was read. */
const PASSING = ['not-on-hand', 'version-mismatch'];

interface SyncJob {
  ctx: SerializedRequestContext;
  orderId: ID;
}

/**
 * Brings what Earmark knows of an order up to what the shop knows: cancelled lines, shipments, returns. A job says which
 * order, not what has happened, so it may run late, twice or after a later one. It is stored in the transaction that changes
 * the order, and tried again until Earmark has answered.
 */
@Injectable()
export class OrderSync implements OnApplicationBootstrap {
  #queue!: JobQueue<SyncJob>;

  constructor(
    private readonly earmark: EarmarkClient,
    private readonly reservations: Reservations,
    private readonly orders: ShopOrders,
    private readonly connection: TransactionalConnection,
    private readonly jobQueues: JobQueueService,
    private readonly orderService: OrderService,
    private readonly history: HistoryService,
    private readonly requestCache: RequestContextCacheService,
    @Inject(EARMARK_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#queue = await this.jobQueues.createQueue<SyncJob>({
      name: 'earmark-order',
      process: ({ data }) => this.sync(RequestContext.deserialize(data.ctx), data.orderId),
    });
  }

  /** Syncs the order once the transaction of the caller is committed; if it is rolled back, nothing has happened. */
  async syncLater(ctx: RequestContext, orderId: ID): Promise<void> {
    await this.orders.lock(ctx, orderId);
    await this.requestCache.get(ctx, `earmark-order-${orderId}`, () =>
      this.#queue.add({ ctx: ctx.serialize(), orderId }, { ctx, retries: this.options.jobRetries }),
    );
  }

  /**
   * @returns what was done, for the list of jobs
   * @throws if it has to be tried again
   */
  sync(ctx: RequestContext, orderId: ID): Promise<string> {
    return this.connection.withTransaction(ctx, async (txCtx) => {
      // Whatever was under way with the order has ended then, one way or the other.
      await this.orders.lock(txCtx, orderId);
      const order = await this.orders.find(txCtx, orderId);
      if (!order) return 'deleted';
      try {
        if (order.isPlaced || order.state === 'Cancelled') return await this.#report(order);
        return UNPLACED.includes(order.state) ? await this.#settle(txCtx, order) : 'nothing to do';
      } catch (error) {
        if (!(error instanceof EarmarkRefused) || PASSING.includes(error.code)) throw error;
        await this.#note(txCtx, order, `Earmark refuses what happened to this order: ${error.message}`);
        return `refused: ${error.code}`;
      }
    });
  }

  /** Syncs every order that has changed since, in case a job was lost with the process that ran it. */
  async syncChangedSince(ctx: RequestContext, since: Date): Promise<{ synced: number; failed: number }> {
    const changed = await this.connection
      .getRepository(ctx, Order)
      .createQueryBuilder('o')
      .select('o.id', 'id')
      .distinct()
      .leftJoin('o.fulfillments', 'fulfillment')
      .where('o.state NOT IN (:...early)', {
        early: UNPLACED.filter((state) => state !== 'ArrangingPayment'),
      })
      .andWhere('(o.updatedAt > :since OR fulfillment.updatedAt > :since)', { since })
      .getRawMany<{ id: ID }>();
    let failed = 0;
    for (const { id } of changed) {
      await this.sync(ctx, id).catch((error: unknown) => {
        failed++;
        Logger.error(`Order ${id} is not in step with Earmark: ${messageOf(error)}`, LOGGER);
      });
    }
    return { synced: changed.length - failed, failed };
  }

  /** An order that is not placed: either its payment waits for Earmark's yes, or it must not have firm units. */
  async #settle(ctx: RequestContext, order: ShopOrder): Promise<string> {
    if (order.state === 'ArrangingPayment' && order.paid) return this.#place(ctx, order, order.paid);
    const known = await this.earmark.findOrder(order.code);
    if (!known || !isFirm(known)) return 'nothing to do';
    // The shop stopped between Earmark's yes and its own commit.
    await this.earmark.cancelOrder(order.code, known.version);
    return 'released';
  }

  /** @throws if Earmark is not there, so that the job is tried again */
  async #place(
    ctx: RequestContext,
    order: ShopOrder,
    state: 'PaymentSettled' | 'PaymentAuthorized',
  ): Promise<string> {
    const refusal = await this.reservations.confirm(ctx, order.id);
    if (refusal?.kind === 'unavailable') throw new Error(refusal.message);
    if (refusal) {
      await this.noteUnplaced(ctx, order.id, refusal.message);
      return 'refused';
    }
    const result = await this.orderService.transitionToState(ctx, order.id, state);
    if (isGraphQlErrorResult(result)) throw new Error(result.transitionError);
    return 'placed';
  }

  /** Tells the administrator of a paid order that cannot be placed, as its units are gone. */
  async noteUnplaced(ctx: RequestContext, orderId: ID, reason: string): Promise<void> {
    const order = await this.orders.find(ctx, orderId);
    if (order) await this.#note(ctx, order, `Paid, but not placed; cancel and refund it. ${reason}`);
  }

  /** In this order each step finds what it needs: nothing is taken out of a line before it is back, nor sent before it is in. */
  async #report(order: ShopOrder): Promise<string> {
    const { code, lines, fulfillments, state } = order;
    for (const { shipmentId } of fulfillments.filter(({ isCancelled }) => isCancelled))
      await this.earmark.cancelShipment(shipmentId);
    const known = await this.earmark.findOrder(code);
    if (state === 'Cancelled' && (!known || known.state === 'cancelled')) return 'cancelled';
    // While an administrator modifies it, it has no final lines.
    if (state !== 'Modifying') await this.reservations.makeFirm(order);
    for (const { shipmentId, lines } of fulfillments.filter(({ isCancelled }) => !isCancelled))
      await this.earmark.ship(shipmentId, { orderId: code, lines });
    await this.#takeBack(code, lines);
    if (state !== 'Cancelled') return 'in step';
    await this.earmark.cancelOrder(code);
    return 'cancelled';
  }

  /** What was sent and cancelled since has come back. The return is named by the units that are back with it. */
  async #takeBack(code: string, lines: ShopOrder['lines']): Promise<void> {
    const back = lines.filter(({ sent, kept }) => sent > kept);
    if (back.length === 0) return;
    const known = await this.earmark.findOrder(code);
    const returned = (sku: string) => known?.lines.find((line) => line.sku === sku)?.returned ?? 0;
    const coming = back
      .map(({ sku, sent, kept }) => ({
        sku,
        quantity: sent - kept - returned(sku),
        disposition: 'restock' as const,
      }))
      .filter(({ quantity }) => quantity > 0);
    if (coming.length === 0) return;
    const units = back.reduce((sum, { sent, kept }) => sum + sent - kept, 0);
    await this.earmark.takeBack(`${code}-${units}`, { orderId: code, lines: coming });
  }

  /** The same only once, however often it is tried again. */
  async #note(ctx: RequestContext, { id, code }: ShopOrder, note: string): Promise<void> {
    Logger.error(`Order ${code}: ${note}`, LOGGER);
    const { items } = await this.history.getHistoryForOrder(ctx, id, false, {
      filter: { type: { eq: HistoryEntryType.ORDER_NOTE } },
    });
    if (items.some(({ data }) => (data as { note?: string }).note === note)) return;
    await this.history.createHistoryEntryForOrder(
      { ctx, orderId: id, type: HistoryEntryType.ORDER_NOTE, data: { note } },
      false,
    );
  }
}

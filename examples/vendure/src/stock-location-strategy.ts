import {
  BaseStockLocationStrategy,
  UserInputError,
  type AvailableStock as StockFigures,
  type ID,
  type Injector,
  type LocationWithQuantity,
  type OrderLine,
  type RequestContext,
  type StockLevel,
  type StockLocation,
  type StockLocationStrategy,
} from '@vendure/core';
import { AvailableStock } from './available-stock';
import { OrderSync } from './order-sync';
import { ShopOrders } from './shop-orders';
import { Shippable } from './shippable';

/** Asks Earmark what can be sold, and tells it what has happened to the units of an order. */
export class EarmarkStockLocationStrategy extends BaseStockLocationStrategy implements StockLocationStrategy {
  #available!: AvailableStock;
  #orders!: ShopOrders;
  #shippable!: Shippable;
  #sync!: OrderSync;

  override async init(injector: Injector): Promise<void> {
    await super.init(injector);
    this.#available = injector.get(AvailableStock);
    this.#orders = injector.get(ShopOrders);
    this.#shippable = injector.get(Shippable);
    this.#sync = injector.get(OrderSync);
  }

  /**
   * What Earmark could promise is what can be sold. Vendure's own allocations are added on both sides: units that an order has
   * must count as on hand if Vendure is to fulfil them, and as allocated if it is not to sell them again. Without an answer
   * the shop shows its own figures: nobody can pay meanwhile.
   */
  async getAvailableStock(
    ctx: RequestContext,
    productVariantId: ID,
    stockLevels: StockLevel[],
  ): Promise<StockFigures> {
    const stockAllocated = Math.max(0, sum(stockLevels, 'stockAllocated'));
    const own = Math.max(0, sum(stockLevels, 'stockOnHand') - stockAllocated);
    const available = (await this.#available.find(ctx, productVariantId)) ?? own;
    return { stockAllocated, stockOnHand: available + stockAllocated };
  }

  /** Earmark has said yes already: the order process lets nothing else get here. All of it comes from the first location. */
  async forAllocation(
    ctx: RequestContext,
    [location]: StockLocation[],
    orderLine: OrderLine,
    quantity: number,
  ): Promise<LocationWithQuantity[]> {
    await this.#orders.lockStockLevels(ctx, await this.#orders.idOfLine(ctx, orderLine));
    return location ? [{ location, quantity }] : [];
  }

  override async forRelease(
    ctx: RequestContext,
    stockLocations: StockLocation[],
    orderLine: OrderLine,
    quantity: number,
  ): Promise<LocationWithQuantity[]> {
    await this.#tell(ctx, orderLine);
    return super.forRelease(ctx, stockLocations, orderLine, quantity);
  }

  /** @throws {UserInputError} if not all units are in the warehouse, as Earmark sees it, so that the shop cannot say they have left */
  override async forSale(
    ctx: RequestContext,
    stockLocations: StockLocation[],
    orderLine: OrderLine,
    quantity: number,
  ): Promise<LocationWithQuantity[]> {
    const reason = await this.#shippable.whyNot(ctx, orderLine, quantity);
    if (reason !== null) throw new UserInputError(reason);
    await this.#tell(ctx, orderLine);
    return super.forSale(ctx, stockLocations, orderLine, quantity);
  }

  override async forCancellation(
    ctx: RequestContext,
    stockLocations: StockLocation[],
    orderLine: OrderLine,
    quantity: number,
  ): Promise<LocationWithQuantity[]> {
    await this.#tell(ctx, orderLine);
    return super.forCancellation(ctx, stockLocations, orderLine, quantity);
  }

  async #tell(ctx: RequestContext, orderLine: OrderLine): Promise<void> {
    const orderId = await this.#orders.idOfLine(ctx, orderLine);
    await this.#sync.syncLater(ctx, orderId);
    await this.#orders.lockStockLevels(ctx, orderId);
  }
}

function sum(levels: readonly StockLevel[], figure: 'stockOnHand' | 'stockAllocated'): number {
  return levels.reduce((total, level) => total + level[figure], 0);
}

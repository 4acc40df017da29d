import { Injectable } from '@nestjs/common';
import { Logger, type OrderLine, type RequestContext } from '@vendure/core';
import { EarmarkClient, EarmarkUnavailable } from './earmark-client';
import { LOGGER } from './reservations';
import { ShopOrders } from './shop-orders';

/** Whether units of an order can leave the warehouse. */
@Injectable()
export class Shippable {
  constructor(
    private readonly earmark: EarmarkClient,
    private readonly orders: ShopOrders,
  ) {}

  /** Null if they can, or if Earmark is not there: a parcel that is packed is not kept back for that. */
  async whyNot(ctx: RequestContext, orderLine: OrderLine, quantity: number): Promise<string | null> {
    const order = await this.orders.find(ctx, await this.orders.idOfLine(ctx, orderLine));
    const sku = await this.orders.skuOf(ctx, orderLine);
    if (!order?.lines.some((line) => line.sku === sku)) return null;
    try {
      const known = await this.earmark.findOrder(order.code);
      const line = known?.lines.find((each) => each.sku === sku);
      const onHand = (line?.claims ?? []).reduce(
        (sum, { eta, quantity }) => sum + (eta === null ? quantity : 0),
        0,
      );
      return onHand < quantity
        ? `Of ${sku}, ${onHand} are in the warehouse for order ${order.code}, not ${quantity}.`
        : null;
    } catch (error) {
      if (!(error instanceof EarmarkUnavailable)) throw error;
      Logger.warn(`Order ${order.code} is fulfilled unchecked: ${error.message}`, LOGGER);
      return null;
    }
  }
}

import { isProblem, type Earmark, type OrderBody, type PutOrderBody } from '@earmark/client';

/** Holds a cart for 15 minutes, and makes it firm once it is paid: all of it or nothing. */
export async function checkOut(
  earmark: Earmark,
  orderId: string,
  lines: PutOrderBody['lines'],
  pay: () => Promise<void>,
): Promise<OrderBody | null> {
  const path = { orderId };
  try {
    const { data: held } = await earmark.orders.put({ path, body: { lines, expiresInSeconds: 900 } });
    console.log(`held until ${held.expiresAt}`);
    await pay();
    const { data: order } = await earmark.orders.confirm({ path });
    return order;
  } catch (error) {
    if (!isProblem(error, 'out-of-stock', 'hold-expired')) throw error;
    for (const { sku, requested, available } of error.problem.lines ?? [])
      console.log(`${requested} of ${sku} were wanted, ${available} are available`);
    return null;
  }
}

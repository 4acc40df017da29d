import { answerOf, Refused, type Body, type Earmark } from './client.js';

type Lines = Body<'PutOrderBody'>['lines'];
type Order = Body<'OrderBody'>;

/** Holds a cart for 15 minutes, and makes it firm once it is paid: all of it or nothing. */
export async function checkOut(
  earmark: Earmark,
  orderId: string,
  lines: Lines,
  pay: () => Promise<void>,
): Promise<Order | null> {
  const params = { path: { orderId } };
  try {
    const body = { lines, expiresInSeconds: 900 };
    const held = await answerOf(earmark.PUT('/v1/orders/{orderId}', { params, body }));
    console.log(`held until ${held.expiresAt}`);
    await pay();
    return await answerOf(earmark.POST('/v1/orders/{orderId}/confirm', { params }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code !== 'out-of-stock' && error.code !== 'hold-expired') throw error;
    console.log(error.message); // error.problem.lines has each short line, and what is available
    return null;
  }
}

import { eventsAfter } from './events.js';

/** Prints every line that is promised, from a position of the log on, until the signal. */
export async function followPromises(url: string, after: number, signal: AbortSignal): Promise<void> {
  for await (const event of eventsAfter(url, { key: process.env.EARMARK_KEY, after, signal })) {
    if (event.type === 'LineAllocated') {
      const { orderId, quantity, sku, batchReference } = event.data;
      console.log(`${event.position}: ${quantity} ${sku} of ${batchReference} for ${orderId}`);
    }
    // Keep event.position with what you make of the event: it is where to go on after a restart.
  }
}

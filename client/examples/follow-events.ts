import { Earmark, isProblem } from '@earmark/client';

const earmark = new Earmark({
  url: process.env.EARMARK_URL ?? 'http://127.0.0.1:3000',
  key: process.env.EARMARK_KEY,
});

// Keep event.position together with what you make of the event: it is where to go on after a restart.
const after = Number(process.argv[2] ?? 0);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

try {
  const reconnecting = ({ error }: { error: Error }) => console.warn(`will connect again: ${error.message}`);
  for await (const event of earmark.events({ after, signal: stop.signal, onReconnect: reconnecting })) {
    if (event.type === 'LineAllocated') {
      const { orderId, quantity, sku, batchReference } = event.data;
      console.log(`${event.position}: ${quantity} ${sku} of ${batchReference} for ${orderId}`);
    }
  }
} catch (error) {
  if (!isProblem(error, 'events-pruned')) throw error;
  console.error(`read how things are now, then the events after ${error.problem.prunedUpTo}`);
}

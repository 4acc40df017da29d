import { answerOf, earmarkAt, Refused } from './client.js';

const earmark = earmarkAt('http://127.0.0.1:3000', { key: process.env.EARMARK_KEY });
const line = { orderId: 'order-7', sku: 'SMALL-TABLE', quantity: 10 };

try {
  const { batchReference, eta } = await answerOf(earmark.POST('/v1/allocations', { body: line }));
  console.log(`promised from ${batchReference}, ${eta ?? 'on hand'}`);
} catch (error) {
  if (!(error instanceof Refused) || error.code !== 'out-of-stock') throw error;
  console.log(`there are ${String(error.problem?.available)} at most`);
}

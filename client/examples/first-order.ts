import { Earmark, isProblem } from '@earmark/client';

const earmark = new Earmark({
  url: process.env.EARMARK_URL ?? 'http://127.0.0.1:3000',
  key: process.env.EARMARK_KEY,
});

await earmark.batches.register({ body: { reference: 'PO-2031', sku: 'SMALL-TABLE', quantity: 10 } });

try {
  const { data: line } = await earmark.allocations.allocate({
    body: { orderId: 'order-7', sku: 'SMALL-TABLE', quantity: 3 },
  });
  console.log(`promised from ${line.batchReference}, ${line.eta ?? 'on hand'}`);
} catch (error) {
  if (!isProblem(error, 'out-of-stock')) throw error;
  console.log(`there are ${error.problem.available} at most`);
}

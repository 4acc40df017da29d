import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { InvalidWebhook, verifyWebhook } from '@earmark/client';

const secret = process.env.WEBHOOK_SECRET!; // as POST /v1/webhooks has shown it: whsec_…

/** @returns the status to answer with */
async function receive(request: IncomingMessage): Promise<number> {
  try {
    const event = await verifyWebhook(secret, request.headers, await buffer(request));
    // The same id at every attempt: if you have handled it already, do nothing.
    console.log(`${event.id}: ${event.type} of ${event.key}`);
    return 204;
  } catch (error) {
    return error instanceof InvalidWebhook ? 400 : 500;
  }
}

const server = createServer((request, response) => {
  void receive(request).then((status) => response.writeHead(status).end());
});
server.listen(Number(process.env.PORT ?? 8080), () => console.log('listening'));

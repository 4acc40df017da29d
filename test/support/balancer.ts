import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../testing/ports.js';

const BETWEEN_CHECKS_MS = 100;

/**
 * A load balancer as simple as they come: it asks each instance now and then whether it is ready, sends calls in turn to
 * those that are, over connections that it keeps, and never sends one twice.
 */
export class Balancer {
  readonly url: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((call, answer) => this.#pass(call, answer));
  readonly #instances: readonly string[];
  #ready: readonly string[] = [];
  #turn = 0;
  #isOpen = true;

  private constructor(instances: readonly string[], port: number) {
    this.#instances = instances;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Resolves once every instance is ready. */
  static async before(instances: readonly string[]): Promise<Balancer> {
    const port = await freePort();
    const balancer = new Balancer(instances, port);
    await once(balancer.#server.listen(port, '127.0.0.1'), 'listening');
    void balancer.#check();
    await balancer.until((ready) => ready.length === instances.length);
    return balancer;
  }

  async until(condition: (ready: readonly string[]) => boolean): Promise<void> {
    while (!condition(this.#ready)) await sleep(BETWEEN_CHECKS_MS / 4);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await sleep(BETWEEN_CHECKS_MS);
  }

  async #check(): Promise<void> {
    while (this.#isOpen) {
      const isReady = (url: string) =>
        fetch(`${url}/health/ready`, { headers: { connection: 'close' } }).then(
          ({ status }) => status === 200,
          () => false,
        );
      const answers = await Promise.all(this.#instances.map(isReady));
      this.#ready = this.#instances.filter((_, i) => answers[i]);
      await sleep(BETWEEN_CHECKS_MS);
    }
  }

  #pass(call: IncomingMessage, answer: ServerResponse): void {
    const fail = (error: Error) => answer.writeHead(502).end(error.message);
    const instance = this.#ready[this.#turn++ % this.#ready.length];
    if (instance === undefined) return void fail(new Error('No instance is ready.'));
    const passed = request(new URL(call.url!, instance), {
      method: call.method!,
      headers: call.headers,
      agent: this.#agent,
    });
    passed.on('error', fail);
    passed.on('response', (response) => {
      answer.writeHead(response.statusCode!, { 'content-type': response.headers['content-type'] ?? '' });
      response.pipe(answer);
    });
    call.pipe(passed);
  }
}

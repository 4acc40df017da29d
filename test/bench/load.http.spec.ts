import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { load } from '../../tools/bench/load.js';

const CONNECTIONS = 4;

/** Answers the first request of any connection only once each has sent one. */
class SlowToAccept {
  readonly paths: string[] = [];
  readonly #unanswered: ServerResponse[] = [];
  readonly #server: Server = createServer((request, response) => {
    this.paths.push(request.url!);
    if (this.paths.length > CONNECTIONS) return answer(response);
    this.#unanswered.push(response);
    if (this.#unanswered.length === CONNECTIONS) this.#unanswered.forEach(answer);
  });

  async listen(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function answer(response: ServerResponse): void {
  response.setHeader('content-length', 2).end('{}');
}

const service = new SlowToAccept();
let url: string;
beforeAll(async () => {
  url = await service.listen();
});
afterAll(() => service.close());

describe('A load', () => {
  it('that starts connected begins once every connection was answered, and counts its own calls only', async () => {
    const { count, answers } = await load({
      urls: [url],
      connections: CONNECTIONS,
      seconds: 0.01,
      startsConnected: true,
      call: (n) => ({ method: 'GET', path: `/${n}` }),
    });

    const before = Array<string>(CONNECTIONS).fill('/health/live');
    expect(service.paths.slice(0, CONNECTIONS)).toEqual(before);
    expect(service.paths.slice(CONNECTIONS)).toHaveLength(count);
    expect(service.paths.slice(CONNECTIONS)).not.toContain('/health/live');
    expect(answers.get(200)).toHaveLength(count);
  });
});

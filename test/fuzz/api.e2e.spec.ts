import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectDocumented } from '../support/documented-answers.js';
import { faultsOf } from './answers.js';
import { faultsOfRows } from './bulk-rows.js';
import { apiRequests, bytesOf, type ApiDocument } from './api-requests.js';
import type { WireRequest } from './wire-request.js';
import { FuzzedService } from './fuzzed-service.js';
import { faultsInLog } from './log-lines.js';
import { Findings, requestsToSend, SEED, timeFor } from './runs.js';
import { faultsStored } from './stored.js';
import { WireClient, type WireAnswer } from './wire-client.js';

// The start of a service may take long on a slow machine.

/** Connections that are used at the same time. */
const CLIENTS = 8;
/** Requests that are made up at once: large ones would fill the memory. */
const PORTION = 100;

describe.each([
  { who: 'a service that asks for keys', isOpen: false, requests: requestsToSend(1_200, 0.6) },
  { who: 'a service that is open to its machine', isOpen: true, requests: requestsToSend(500, 0.2) },
])('Any request to $who', ({ isOpen, requests: count }) => {
  let service: FuzzedService;
  beforeAll(async () => {
    service = await FuzzedService.start({ isOpen });
  });
  afterAll(() => service.remove());

  it(
    `is answered as the contract says, and nothing that the contract forbids is stored: ${count} requests of seed ${SEED}`,
    async () => {
      const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as ApiDocument;
      // The first key would close the service to all that come after it.
      if (isOpen) delete document.paths['/v1/keys']!.post;
      const requests = apiRequests(document, `Bearer ${service.key}`);
      const findings = new Findings();
      const statuses = new Set<number>();
      let portion = 0;
      const work = async () => {
        const client = new WireClient(service.port);
        while (portion * PORTION < count) {
          const seed = SEED + portion++;
          for (const request of fc.sample(requests, { seed, numRuns: PORTION })) {
            const answer = await ask(client, request, findings, seed);
            if (answer) statuses.add(answer.status);
          }
        }
        client.close();
      };
      await Promise.all(Array.from({ length: CLIENTS }, work));

      expect(findings.all).toEqual([]);
      // Neither is everything refused at the door, nor let in. A few requests do not always find a conflict, or something to take back.
      const usual = [200, 201, 400, 404, 405, 415, 422];
      if (!isOpen) usual.push(401);
      if (count >= 1_000) usual.push(409);
      if (count >= 5_000) usual.push(204);
      expect(usual.filter((status) => !statuses.has(status))).toEqual([]);
      await expectWell(service);
    },
    timeFor(count),
  );
});

async function ask(
  client: WireClient,
  request: WireRequest,
  findings: Findings,
  seed: number,
): Promise<WireAnswer | null> {
  const add = (fault: string) => findings.add(`${fault}`, `${seed} ${wordingOf(request)}`);
  try {
    await client.say(bytesOf(request));
    const answer = await client.hear(request.method);
    if (answer === null) {
      add('no answer');
      return null;
    }
    const { status } = answer;
    for (const fault of faultsOf(answer, request.method, request.target)) add(fault);
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    if (isJson && answer.body.length > 0)
      expectDocumented(request.method, request.target, status, JSON.parse(answer.body.toString('utf8')));
    for (const fault of faultsOfRows(answer, request.rows)) add(fault);
    if (request.isAllowed === false && status < 400) add(`lets in what the contract refuses: ${status}`);
    if (request.isAllowed === true && [400, 401, 403, 405, 406, 413, 414, 415, 431].includes(status)) {
      add(`refuses what the contract lets in: ${status} ${answer.body.toString().slice(0, 300)}`);
    }
    if (client.surplus !== '') {
      add(`the answer goes on behind its end: ${client.surplus}`);
      client.close();
    }
    return answer;
  } catch (error) {
    client.close();
    add(String(error));
    return null;
  }
}

function wordingOf({ method, target, headers, body, framing }: WireRequest): string {
  const words = {
    method,
    target: target.slice(0, 300),
    headers: headers
      .filter(([name]) => name !== 'Authorization')
      .map(([name, value]) => `${name}: ${value.slice(0, 200)}`),
    body: body?.toString().slice(0, 500),
    framing,
  };
  return JSON.stringify(words);
}

async function expectWell(service: FuzzedService): Promise<void> {
  expect((await service.get('/health/ready')).status).toBe(200);
  const subscriptions = (await (await service.get('/v1/subscriptions')).json()) as {
    items: { parked: number }[];
  };
  expect(subscriptions.items.map(({ parked }) => parked)).toEqual(subscriptions.items.map(() => 0));
  expect(await faultsStored(service.database.url)).toEqual([]);
  const { code, stdout, stderr } = await service.stop();
  expect([code, stderr]).toEqual([0, '']);
  expect(faultsInLog(stdout, [service.key, service.key.split('_')[2]!])).toEqual([]);
}

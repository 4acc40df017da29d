import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { registry } from '../../../src/channels.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type RunningService } from '../../support/service.js';

let database: TestDatabase;
let service: RunningService;
beforeAll(async () => {
  database = await freshDatabase();
  service = await startService(database.url);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

describe('The AsyncAPI document', () => {
  it('is valid AsyncAPI 3', async () => {
    const { status, body } = await service.request('GET', '/asyncapi.json');
    expect(status).toBe(200);

    const { document, diagnostics } = await new Parser().parse(JSON.stringify(body));

    expect(diagnostics).toEqual([]);
    expect(document?.version()).toMatch(/^3\./);
    const operations = document!.operations().all();
    expect(
      operations.map((operation) => [operation.action(), operation.channels().all()[0]?.address()]),
    ).toEqual([
      ['receive', 'change_batch_quantity'],
      ['send', 'line_allocated'],
      ['send', 'line_deallocated'],
      ['send', 'promises_changed'],
      ['send', '/v1/events'],
    ]);
  });

  it('shows the bodies of the original service', async () => {
    const { body } = await service.request('GET', '/asyncapi.json');
    expect(body).toMatchObject({
      components: {
        schemas: {
          change_batch_quantity: {
            required: ['batchref', 'qty'],
            properties: {
              batchref: { type: 'string', maxLength: 128 },
              qty: { type: 'integer', minimum: 0 },
            },
          },
          line_allocated: {
            required: ['orderid', 'sku', 'qty', 'batchref'],
            properties: { qty: { type: 'integer', minimum: 1 } },
          },
          line_deallocated: { required: ['orderid', 'sku', 'qty', 'batchref', 'reason'] },
        },
      },
    });
  });

  it('lists the channels of the contract and no others', () => {
    expect(registry.channels.map(({ direction, name }) => `${direction} ${name}`)).toEqual([
      'in change_batch_quantity',
      'out line_allocated',
      'out line_deallocated',
      'out promises_changed',
    ]);
  });
});

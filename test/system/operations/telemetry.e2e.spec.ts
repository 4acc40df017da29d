import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { aNats, describeWith } from '../../support/brokers.js';
import { Collector, type CollectedSpan } from '../../support/collector.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { PrometheusText } from '../../support/prometheus-text.js';
import { ServiceProcess } from '../../support/service-process.js';

// Real starts of processes, while other tests use the same machine.
const PATIENCE_MS = 60_000;

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

let database: TestDatabase;
let dataDir: string;
let collector: Collector;
let service: ServiceProcess;

beforeAll(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'earmark-telemetry-'));
});
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  collector = await Collector.open();
});
afterEach(async () => {
  await service.stop('SIGKILL');
  collector.close();
});

async function start(settings: Readonly<Record<string, string>>): Promise<string> {
  service = new ServiceProcess({
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_METRIC_EXPORT_INTERVAL: '200',
    ...settings,
  });
  return service.ready;
}

async function post(url: string, path: string, body: object, traceparent?: string): Promise<void> {
  expect((await send('POST', url, path, body, traceparent)).status).toBe(201);
}

function send(method: string, url: string, path: string, body: object, traceparent?: string) {
  return fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(traceparent && { traceparent }) },
    body: JSON.stringify(body),
  });
}

const theSpan = (name: string, isIt: (span: CollectedSpan) => boolean = () => true) =>
  eventually(
    `the span ${name}`,
    () => collector.spans.find((span) => span.name === name && isIt(span)),
    PATIENCE_MS,
  );

describe('Telemetry for a collector', () => {
  it('has one trace from the call through the commit to the reaction, and links a transaction to all calls that share it', async () => {
    const url = await start({ OTEL_SERVICE_NAME: 'warehouse', OTEL_RESOURCE_ATTRIBUTES: 'site=north' });
    await post(url, '/v1/batches', { reference: 'b-1', sku: 'LAMP', quantity: 100 }, TRACEPARENT);

    const call = await theSpan('POST /v1/batches');
    expect(call).toMatchObject({ traceId: TRACE, parentSpanId: '00f067aa0ba902b7' });
    expect(call.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 201 } });
    const ofTheCall = { traceId: TRACE, parentSpanId: call.spanId };
    expect(await theSpan('commit', ({ traceId }) => traceId === TRACE)).toMatchObject(ofTheCall);
    const change = { quantity: 200 };
    expect((await send('PATCH', url, '/v1/batches/b-1', change, TRACEPARENT)).status).toBe(200);
    const changed = await theSpan('PATCH /v1/batches/:reference');
    expect(await theSpan('react allocation.stock')).toMatchObject({
      traceId: TRACE,
      parentSpanId: changed.spanId,
    });
    expect(Object.fromEntries(collector.resource)).toMatchObject({
      'service.name': 'warehouse',
      site: 'north',
    });
    await eventually('metrics', () => collector.metrics.has('http.server.request.duration'), PATIENCE_MS);

    const orders = Array.from({ length: 40 }, (_, i) => `o-${i}`);
    await Promise.all(
      orders.map((orderId) => post(url, '/v1/allocations', { orderId, sku: 'LAMP', quantity: 1 })),
    );

    const group = await theSpan('commit', ({ links = [] }) => links.length > 1);
    const calls = await eventually(
      'all calls are received',
      () => {
        const found = collector.spans.filter(({ name }) => name === 'POST /v1/allocations');
        return found.length === orders.length && found;
      },
      PATIENCE_MS,
    );
    const known = new Set(calls.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
    for (const { traceId, spanId } of group.links!) expect(known).toContain(`${traceId} ${spanId}`);
    expect(new Set(calls.map(({ traceId }) => traceId)).size).toBe(orders.length);
  });

  it('is not sent if both exporters are none', async () => {
    const url = await start({ OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' });
    await post(url, '/v1/batches', { reference: 'b-2', sku: 'LAMP', quantity: 10 }, TRACEPARENT);
    // What waits to be sent is sent at the end.
    expect((await service.stop('SIGTERM')).code).toBe(0);
    expect(collector.paths).toEqual([]);
  });

  it('is sent completely when the service stops', async () => {
    const url = await start({ OTEL_BSP_SCHEDULE_DELAY: '60000', OTEL_METRIC_EXPORT_INTERVAL: '60000' });
    await post(url, '/v1/batches', { reference: 'b-3', sku: 'LAMP', quantity: 10 });
    expect((await service.stop('SIGTERM')).code).toBe(0);

    expect(new Set(collector.paths)).toEqual(new Set(['/v1/traces', '/v1/metrics']));
    expect(collector.spans.map(({ name }) => name)).toContain('POST /v1/batches');
  });

  it('is given up if the collector does not answer, and does not delay the end of the service', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      const { port } = silent.address() as AddressInfo;
      const url = await start({
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_METRIC_EXPORT_INTERVAL: '60000',
      });
      await post(url, '/v1/batches', { reference: 'b-4', sku: 'LAMP', quantity: 10 });
      const { code, stdout } = await service.stop('SIGTERM');

      expect(code).toBe(0);
      // Such a long wait is logged.
      expect(stdout).not.toMatch(/timed out/);
    } finally {
      silent.close();
    }
  });
});

describeWith('nats-server', 'Over NATS JetStream, a trace', () => {
  it('comes with a message, is in the log lines, and continues in the message that follows', async () => {
    // Whatever is in the log would be published.
    const empty = await freshDatabase();
    const nats = await aNats();
    await nats.ensureRunning();
    const outside = await connect({ servers: nats.url });
    try {
      // Nobody asks for traces here: what comes in goes on as it came.
      const url = await start({
        DATABASE_URL: empty.url,
        NATS_URL: nats.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: '',
      });
      const manager = await jetstreamManager(outside);
      await eventually(
        'the streams are there',
        () => manager.consumers.info('earmark_change_batch_quantity', 'earmark').catch(() => null),
        PATIENCE_MS,
      );
      await post(url, '/v1/batches', { reference: 'early', sku: 'LAMP', quantity: 10 });
      await post(url, '/v1/batches', { reference: 'later', sku: 'LAMP', quantity: 10 });
      await post(url, '/v1/allocations', { orderId: 'o-1', sku: 'LAMP', quantity: 10 });
      const labels = headers();
      labels.set('traceparent', TRACEPARENT);
      const client = jetstream(outside);
      const send = (body: object) =>
        client.publish('change_batch_quantity', JSON.stringify(body), { headers: labels });
      await send({ batchref: 'nowhere', qty: 1 });
      await send({ batchref: 'early', qty: 1 });

      const moved = await eventually(
        'the line has moved',
        async () => {
          const { state } = await manager.streams
            .info('earmark_line_allocated')
            .catch(() => ({ state: null }));
          if (!state || state.messages < 2) return null;
          return manager.streams.getMessage('earmark_line_allocated', { seq: state.last_seq });
        },
        PATIENCE_MS,
      );
      expect(moved.json()).toMatchObject({ orderid: 'o-1', batchref: 'later' });
      expect(moved.header.get('traceparent')).toBe(TRACEPARENT);

      const metrics = new PrometheusText(await (await fetch(`${url}/metrics`)).text());
      expect(metrics.value('messaging_client_consumed_messages_total')).toBe(2);
      expect(metrics.value('earmark_dead_letters_total')).toBe(1);
      expect(metrics.value('messaging_client_sent_messages_total')).toBe(2);

      const lines = service.said.split('\n').filter((line) => line.includes('Dead-lettered a message'));
      expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
        expect.objectContaining({ correlationId: TRACE, trace_id: TRACE, span_id: '00f067aa0ba902b7' }),
      ]);

      // Nothing is sent to a collector if no address is set, not even at the end.
      expect((await service.stop('SIGTERM')).code).toBe(0);
      expect(collector.paths).toEqual([]);
    } finally {
      await outside.close();
      await nats.remove();
      await empty.drop();
    }
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { expressionsIn, readExpression } from '../../support/promql.js';
import { PrometheusText } from '../../support/prometheus-text.js';
import { startService, type RunningService } from '../../support/service.js';

const ROOT = join(import.meta.dirname, '../../..');
const read = (file: string) => readFile(join(ROOT, file), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

/** What Prometheus adds by itself: who was scraped; and which of several processes it is. */
const LABELS_OF_ANY = ['job', 'instance', 'worker', 'le'];

const dashboard = JSON.parse(await read('deploy/grafana/earmark.json')) as object;
const { groups } = parse(await read('deploy/prometheus/alerts.yaml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);
const operations = await read('docs/operations.md');

let database: TestDatabase;
let service: RunningService;
let metrics: PrometheusText;

beforeAll(async () => {
  database = await freshDatabase();
  // No broker is there: the metrics of brokers exist from the start.
  service = await startService(database.url, { natsUrl: 'nats://127.0.0.1:9' });
  await service.request('POST', '/v1/batches', { reference: 'b', sku: 'LAMP', quantity: 10, eta: null });
  await service.request('POST', '/v1/allocations', { orderId: 'o', sku: 'LAMP', quantity: 1 });
  await service.request('GET', '/v1/nowhere');
  const late = ['nodejs_eventloop_delay_p99_seconds', 'earmark_integrity_differences'];
  metrics = await eventually('the event loop was looked at, and the figures were checked', async () => {
    const scraped = PrometheusText.from(await service.request<string>('GET', '/metrics'));
    return late.every((name) => scraped.types.has(name) && scraped.series(name).length > 0) && scraped;
  });
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const all = [...expressionsIn(dashboard), ...rules.map(({ expr }) => expr)];

describe('The metrics in dashboards and alerts', () => {
  it('are found in every file', () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(all.length).toBeGreaterThan(40);
  });

  it.each([...new Set(all)])('exist, with their labels: %s', (expr) => {
    for (const { name, labels } of readExpression(expr)) {
      const series = metrics.series(name);
      expect([name, series.length > 0]).toEqual([name, true]);
      const known = new Set([...LABELS_OF_ANY, ...series.flatMap((each) => Object.keys(each.labels))]);
      expect([name, labels.filter(({ label }) => !known.has(label))]).toEqual([name, []]);
      // A value that is asked for by name is there from the start, but for the answers of calls.
      const missing = labels.filter(
        ({ label, value }) =>
          value !== undefined &&
          !label.startsWith('http_') &&
          !series.some((each) => each.labels[label] === value),
      );
      expect([name, missing]).toEqual([name, []]);
    }
  });
});

describe('An alert', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    'links to what to read: %s',
    (_, { annotations }) => {
      const [, anchor] = /: docs\/operations\.md#([\w-]+)$/.exec(annotations.runbook) ?? [];
      const anchors = [...operations.matchAll(/^##+ (.+)$/gm)].map(([, title]) =>
        title!
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );

      expect(anchors).toContain(anchor);
      expect(annotations.summary).toMatch(/\.$/);
    },
  );
});

describe('docs/operations.md', () => {
  it('lists every metric, and no other', () => {
    const [, section = ''] = /\n## What is measured\n([\s\S]*?)\n##+ /.exec(operations) ?? [];
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const listed = rows.flatMap((row) =>
      [...row.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
    );

    expect(listed.sort()).toEqual([...metrics.types.keys()].sort());
  });
});

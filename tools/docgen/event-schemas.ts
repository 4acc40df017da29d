import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventSchemas } from '../../src/platform/schemas/event-schemas.js';
import { formatted } from './formatted.js';
import { publishedEvents } from './published-events.js';
import type { Schema } from './schema.js';
import { ROOT } from './source.js';

/** Where they stand in the code, for the documents that the service answers with. */
export const EVENT_SCHEMAS_FILE = 'src/vocabulary/event-schemas.json';

/** What may be known of a field by its name; any other gets what its type allows. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  sku: 'SMALL-TABLE',
  orderId: 'order-7',
  batchReference: 'PO-2031',
  previousBatchReference: 'PO-2030',
  quantity: 10,
  previousQuantity: 12,
  eta: '2026-09-01',
  previousEta: '2026-08-01',
  units: 10,
  available: 3,
  productVersion: 7,
};

/** The events that the contract files export, by type: the same source as the snapshots of the contracts. */
export async function eventSchemasOfCode(): Promise<EventSchemas> {
  const folders = await readdir(join(ROOT, 'src'), { withFileTypes: true });
  const files = folders
    .filter((folder) => folder.isDirectory())
    .map(({ name }) => `src/${name}/contract/${name}.contract.ts`);
  const events = [...publishedEvents(ROOT, files).values()].flatMap((each) => Object.entries(each));
  return Object.fromEntries(
    events
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, { version, description = type, data }]) => [
        type,
        { version, description, data: described(data), example: exampleOf(data, '') as object },
      ]),
  );
}

/** The text of that file. */
export function eventSchemasJson(schemas: EventSchemas): Promise<string> {
  return formatted(EVENT_SCHEMAS_FILE, JSON.stringify(schemas));
}

/** In the words of JSON Schema. An event counts in whole numbers, and its days are dates. */
function described({ type = [], properties, items, required, ...rest }: Schema, name = ''): object {
  const types = type.map((each) => (each === 'number' ? 'integer' : each));
  const isDay = /eta$|date$/i.test(name) && types.includes('string');
  return {
    ...rest,
    type: types.length === 1 ? types[0] : types,
    ...(isDay && { format: 'date' }),
    ...(items && { items: described(items) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([field, schema]) => [field, described(schema, field)]),
      ),
      required: required ?? [],
    }),
  };
}

function exampleOf({ type = [], enum: values, properties, items }: Schema, name: string): unknown {
  if (name in EXAMPLES) return EXAMPLES[name];
  if (values) return values[0];
  if (properties)
    return Object.fromEntries(
      Object.entries(properties).map(([field, schema]) => [field, exampleOf(schema, field)]),
    );
  if (items) return [exampleOf(items, name)];
  if (type.includes('null')) return null;
  if (type.includes('boolean')) return false;
  return type.includes('number') ? 1 : name;
}

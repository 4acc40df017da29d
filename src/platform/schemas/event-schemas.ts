import type { OpenAPIObject } from '@nestjs/swagger';

export const EVENT_SCHEMAS = Symbol('EVENT_SCHEMAS');

/** One type of event in its current version, as JSON Schema. */
export interface EventSchema {
  readonly version: number;
  readonly description: string;
  readonly data: object;
  readonly example: object;
}

export type EventSchemas = Readonly<Record<string, EventSchema>>;

const REFERENCE = '#/components/schemas/';

/** The name that the documents use for any event. */
const EVENT = 'EventBody';

/** The name of what all events have. */
const ENVELOPE = 'EventEnvelope';

/** The name of a type of event. */
export const eventSchemaName = (type: string): string => `${type}Event`;

const referenceTo = (name: string) => ({ $ref: `${REFERENCE}${name}` });

/** The fields that all events have, beside the type, its version and its data. */
const envelope = {
  position: {
    type: 'integer',
    minimum: 1,
    description: 'The cursor into the log: strictly increasing, with gaps.',
    example: 42,
  },
  id: {
    type: 'string',
    format: 'uuid',
    description: 'The id of the event.',
    example: '0b0d5ec8-6a5b-4c6e-9f5d-3f1a54f1a2c7',
  },
  key: { type: 'string', description: 'The SKU: events of one key are in order.', example: 'SMALL-TABLE' },
  occurredAt: {
    type: 'string',
    format: 'date-time',
    description: 'When it happened, by the clock of the instance that made the change.',
    example: '2026-08-01T09:30:00.000Z',
  },
  correlationId: {
    type: 'string',
    description: 'The id of the chain of events that the event belongs to.',
    example: 'c1a7',
  },
  causationId: {
    type: ['string', 'null'],
    format: 'uuid',
    description: 'The id of the event that caused it; null if a call caused it.',
    example: null,
  },
  actor: {
    type: ['string', 'null'],
    description:
      'Who did it: the name of the API key; the subject of the token; `loopback` while access control is off; the file ' +
      'of an import (`stdin` without one); the channel of a message; the user of the operating system that runs the ' +
      'command line or, for what the service does by itself, the service. An event that was caused by another event ' +
      'has the actor of that event. Null if the event was stored by a version without actors.',
    example: 'web-shop',
  },
};

const examplesOf = (properties: Readonly<Record<string, { readonly example: unknown }>>) =>
  Object.fromEntries(Object.entries(properties).map(([name, { example }]) => [name, example]));

/** An event as the list has it: the example of its type. */
function exampleOf(type: string, { version, example }: EventSchema): object {
  return { ...examplesOf(envelope), type, version, data: example };
}

/** The schemas of events by name: what all have, and each type. */
export function eventComponents(schemas: EventSchemas): Record<string, object> {
  return {
    [ENVELOPE]: {
      type: 'object',
      description: 'The fields that every event has, in addition to `type`, `version` and `data`.',
      required: Object.keys(envelope),
      properties: envelope,
    },
    ...Object.fromEntries(
      Object.entries(schemas).map(([type, schema]) => [eventSchemaName(type), componentOf(type, schema)]),
    ),
  };
}

function componentOf(type: string, schema: EventSchema): object {
  const { version, description, data, example } = schema;
  return {
    description,
    allOf: [
      referenceTo(ENVELOPE),
      {
        type: 'object',
        required: ['type', 'version', 'data'],
        properties: {
          type: { type: 'string', const: type, example: type },
          version: { type: 'integer', minimum: 1, const: version, example: version },
          data: { ...data, example },
        },
      },
    ],
    example: exampleOf(type, schema),
  };
}

/** Any event: one of the types, which `type` tells apart. */
function anyOf(types: readonly string[]): object {
  const references = types.map((type) => referenceTo(eventSchemaName(type)));
  return {
    description:
      'An event. Its `type` says what happened and which fields `data` has. Ignore types and versions that you do not ' +
      'know: a newer release may have written them.',
    oneOf: references,
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(types.map((type, i) => [type, references[i]!.$ref])),
    },
  };
}

/** Adds every published type of event, distinguished by `type`, to a document of a service that answers with events. */
export function withEventTypes(document: OpenAPIObject, schemas: EventSchemas): OpenAPIObject {
  const known = document.components?.schemas ?? {};
  const types = Object.keys(schemas);
  if (!(EVENT in known) || types.length === 0) return document;
  const components = { ...known, ...eventComponents(schemas), [EVENT]: anyOf(types) };
  return { ...document, components: { ...document.components, schemas: components } };
}

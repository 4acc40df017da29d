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
export const EVENT = 'EventBody';

const nameOf = (type: string): string => `${type}Event`;

/** The fields that all events have. */
const ENVELOPE = {
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
  type: { type: 'string', description: 'What has happened.', example: 'LineAllocated' },
  version: { type: 'integer', minimum: 1, description: "The version of this type's data.", example: 1 },
  key: { type: 'string', description: 'The SKU: events of one key are in order.', example: 'SMALL-TABLE' },
  occurredAt: {
    type: 'string',
    format: 'date-time',
    description: 'When, by the clock of the instance that did it.',
    example: '2026-08-01T09:30:00.000Z',
  },
  correlationId: { type: 'string', description: 'The chain of events to which it belongs.', example: 'c1a7' },
  causationId: {
    type: ['string', 'null'],
    format: 'uuid',
    description: 'The event that caused it; null if a call did.',
    example: null,
  },
  actor: {
    type: ['string', 'null'],
    description:
      'Who did it: the name of the API key, the subject of the token, `loopback` while access control is off, the file of an ' +
      'import (`stdin` without one), the channel of a message, or the user of the operating system that runs the command line ' +
      'or, for what it does by itself, the service. An event that another one caused has its actor. Null if the event was ' +
      'stored before actors were.',
    example: 'web-shop',
  },
  data: {
    type: 'object',
    additionalProperties: true,
    description: 'The facts, which depend on the type.',
    example: { sku: 'SMALL-TABLE' },
  },
};

/** The schema of any event and, by name, the schemas of each type. */
export function eventComponents(schemas: EventSchemas): Record<string, object> {
  const types = Object.entries(schemas).map(([type, schema]) => [nameOf(type), componentOf(type, schema)]);
  return { [EVENT]: anyEvent, ...(Object.fromEntries(types) as Record<string, object>) };
}

const anyEvent = {
  type: 'object',
  description:
    'Something that has happened. Ignore a type or a version that you do not know: a newer release may have written it.',
  required: Object.keys(ENVELOPE),
  properties: ENVELOPE,
};

function componentOf(type: string, { version, description, data, example }: EventSchema): object {
  return {
    type: 'object',
    description,
    required: ['type', 'version', 'data'],
    properties: {
      type: { type: 'string', const: type, example: type },
      version: { type: 'integer', const: version, example: version },
      data: { ...data, example },
    },
  };
}

/** Adds every published type of event, distinguished by `type`, to a document of a service that answers with events. */
export function withEventTypes(document: OpenAPIObject, schemas: EventSchemas): OpenAPIObject {
  const known = document.components?.schemas ?? {};
  const types = Object.keys(schemas);
  if (!(EVENT in known) || types.length === 0) return document;
  const references = types.map((type) => [type, `${REFERENCE}${nameOf(type)}`] as const);
  const union = {
    ...anyEvent,
    oneOf: references.map(([, $ref]) => ({ $ref })),
    discriminator: { propertyName: 'type', mapping: Object.fromEntries(references) },
  };
  return {
    ...document,
    components: {
      ...document.components,
      schemas: { ...known, ...eventComponents(schemas), [EVENT]: union },
    },
  };
}

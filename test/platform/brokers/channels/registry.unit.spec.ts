import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '../../../../src/kernel/domain/events.js';
import { incoming, outgoing, type Registry } from '../../../../src/platform/brokers/channels/channel.js';
import { checkRegistry } from '../../../../src/platform/brokers/channels/check-registry.js';
import { field, MessageSchema } from '../../../../src/platform/brokers/channels/message-schema.js';
import { quantityOrZero } from '../../../../src/vocabulary/quantity.js';
import { reference } from '../../../../src/vocabulary/reference.js';

class PutOnShelf {
  constructor(
    readonly shelf: string,
    readonly units: number,
  ) {}
}

const shelf = new MessageSchema({
  shelf: field(reference, 'The shelf.'),
  qty: field(quantityOrZero, 'Its units.'),
});

const putOnShelf = incoming({
  name: 'put_on_shelf',
  version: 1,
  summary: 'Something was put on a shelf.',
  orderedBy: 'shelf',
  body: shelf,
  example: { shelf: 'A-1', qty: 3 },
  command: PutOnShelf,
  commandFor: ({ shelf, qty }) => new PutOnShelf(shelf, qty),
});

const shelfFilled = outgoing({
  name: 'shelf_filled',
  version: 1,
  summary: 'A shelf is full.',
  orderedBy: 'shelf',
  body: shelf,
  example: { shelf: 'A-1', qty: 3 },
  publishes: ['ShelfFilled'],
  toBody: ({ key }) => ({ shelf: key, qty: 3 }),
});

const ShelfFilled = { version: 1, description: 'A shelf is full.', data: {}, example: {} };
const registry: Registry = { eventSchemas: { ShelfFilled }, channels: [putOnShelf, shelfFilled] };
const handled = new Set([PutOnShelf]);

describe('The registry of channels', () => {
  it('is accepted if every event and command that it names exists', () => {
    expect(() => checkRegistry(registry, handled)).not.toThrow();
  });

  it('aborts start-up if a channel is listed twice', () => {
    const twice = { ...registry, channels: [putOnShelf, shelfFilled, putOnShelf] };
    expect(() => checkRegistry(twice, handled)).toThrow('The channel put_on_shelf is listed twice');
  });

  it('aborts start-up if a channel publishes an event that no contract has', () => {
    expect(() => checkRegistry({ ...registry, eventSchemas: {} }, handled)).toThrow(
      'The channel shelf_filled publishes ShelfFilled, which no contract has',
    );
  });

  it('does not take what every object has for an event', () => {
    const channels = [{ ...shelfFilled, publishes: ['constructor'] }];
    expect(() => checkRegistry({ ...registry, channels }, handled)).toThrow(
      'The channel shelf_filled publishes constructor, which no contract has',
    );
  });

  it('aborts start-up if a channel runs a command that has no handler', () => {
    expect(() => checkRegistry(registry, new Set())).toThrow(
      'The channel put_on_shelf runs PutOnShelf, which has no handler',
    );
  });
});

describe('A channel', () => {
  const read = (body: string | Uint8Array) => putOnShelf.toCommand(Buffer.from(body));

  it('turns a message into its command and ignores unknown fields', () => {
    expect(read('{"qty": 0, "shelf": "A-1", "colour": "red"}')).toEqual(new PutOnShelf('A-1', 0));
  });

  it.each([
    ['{"shelf": "A-1"', 'The body is not JSON: '],
    [Buffer.from('{"shelf": "\xff", "qty": 1}', 'latin1'), 'The body is not JSON: it is not UTF-8.'],
    ['null', 'The body must be a JSON object.'],
    ['[]', 'The body must be a JSON object.'],
    ['{}', 'shelf is required. qty is required.'],
    ['{"__proto__": {"shelf": "A-1", "qty": 1}}', 'shelf is required. qty is required.'],
    ['{"shelf": " A-1", "qty": 1}', 'shelf must be a text of 1 to 128 characters'],
    ['{"shelf": "A-1", "qty": "1"}', 'qty must be a whole number from 0 to 2147483647.'],
    ['{"shelf": "A-1", "qty": -1}', 'qty must be a whole number from 0 to 2147483647.'],
    ['{"shelf": "A-1", "qty": 2147483648}', 'qty must be a whole number from 0 to 2147483647.'],
  ])('rejects %s with the reason', (body, why) => {
    expect(() => read(body)).toThrow(why);
  });

  it('turns an event into a message with its id, its ordering key and a bare body', () => {
    const event = { id: 'event-1', type: 'ShelfFilled', key: 'A-1' } as StoredEvent;
    expect(shelfFilled.messageOf(event)).toEqual({
      id: 'event-1',
      channel: 'shelf_filled',
      key: 'A-1',
      body: Buffer.from('{"shelf":"A-1","qty":3}'),
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { JsMsg } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { messageIdOf } from '../../../../src/platform/brokers/jetstream/jetstream-id.js';

const SENT = 1_790_000_000_123_456_789n;

function message(id?: string, { sequence = 5, deliveries = 1, at = SENT } = {}): JsMsg {
  const labels = headers();
  if (id !== undefined) labels.set('Nats-Msg-Id', id);
  const info = { stream: 'earmark_in', streamSequence: sequence, deliveryCount: deliveries };
  return { headers: labels, info, timestampNanos: at } as unknown as JsMsg;
}
const idOf = (...call: Parameters<typeof message>) => messageIdOf(message(...call)).id;

describe('The id of a message in a stream', () => {
  it('is the one that its producer set, at any position', () => {
    expect(idOf('m-1')).toBe('m-1');
    expect(idOf('m-1', { sequence: 9, at: SENT + 1n })).toBe('m-1');
  });

  it('is made of its position and time if its producer set none', () => {
    expect(idOf()).toBe('@earmark_in:5:1790000000123456789');
    expect(idOf('')).toBe(idOf());
    expect(idOf(undefined, { deliveries: 7 })).toBe(idOf());
  });

  it('differs from that of the same position in an earlier stream of that name', () => {
    expect(idOf(undefined, { at: SENT + 1n })).not.toBe(idOf());
    expect(idOf(undefined, { sequence: 6 })).not.toBe(idOf());
  });

  it.each(['@earmark_in:5:1790000000123456789', 'earmark_in:5', '@', '@@x', 'earmark_'])(
    'never equals one of ours because a producer set it so: %s',
    (given) => {
      expect(idOf(given)).toBe(`@@${given}`);
      expect(idOf(given)).not.toBe(idOf());
    },
  );

  it('comes with the one of earlier versions only if it is redelivered', () => {
    const sentAt = new Date(1_790_000_000_123);
    expect(messageIdOf(message(undefined, { deliveries: 2 })).formerId).toEqual({
      id: 'earmark_in:5',
      sentAt,
    });
    expect(messageIdOf(message('earmark_in:5', { deliveries: 2 })).formerId).toEqual({
      id: 'earmark_in:5',
      sentAt,
    });
    expect(messageIdOf(message(undefined)).formerId).toBeUndefined();
    expect(messageIdOf(message('m-1', { deliveries: 2 })).formerId).toBeUndefined();
  });
});

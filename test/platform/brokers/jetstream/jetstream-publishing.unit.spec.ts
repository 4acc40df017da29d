import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { asToken, publishInOrder } from '../../../../src/platform/brokers/jetstream/jetstream-publishing.js';

/** The server's error if `lastMsgID` does not name the last message of the stream. */
const outOfOrder = () =>
  new JetStreamApiError({ code: 400, err_code: 10_070, description: 'wrong last msg id' });

interface Options {
  readonly msgID: string;
  readonly headers: MsgHdrs;
  readonly expect?: { readonly lastMsgID: string };
}

let published: [id: string, after: string | undefined][];
/** The errors with which the server rejects a message, one for each attempt. */
let rejections: Map<string, Error[]>;
/** Messages that the server acknowledges and has not stored. */
let notStored: Set<string>;
beforeEach(() => {
  published = [];
  rejections = new Map();
  notStored = new Set();
});

const client = {
  publish: async (_subject: string, _body: Buffer, { msgID, expect: expected }: Options) => {
    published.push([msgID, expected?.lastMsgID]);
    await Promise.resolve();
    const rejection = rejections.get(msgID)?.shift();
    if (rejection) throw rejection;
    return notStored.has(msgID) ? { seq: 0, duplicate: true } : { seq: 10 + Number(msgID) };
  },
} as unknown as JetStreamClient;

const publish = (...ids: string[]) =>
  publishInOrder(
    client,
    ids.map((id) => ({ id, channel: 'line_allocated', key: 'k', body: Buffer.from(id) })),
  );

describe('Messages that are published in order', () => {
  it('each name their predecessor, except the first', async () => {
    expect(await publish('1', '2', '3')).toBe(13);
    expect(published).toEqual([
      ['1', undefined],
      ['2', '1'],
      ['3', '2'],
    ]);
  });

  it('are published again from the first that the server rejected out of order', async () => {
    rejections.set('2', [outOfOrder()]).set('3', [outOfOrder()]);
    await publish('1', '2', '3');
    expect(published.slice(3)).toEqual([
      ['2', undefined],
      ['3', '2'],
    ]);
  });

  it('stop if the server rejects one for another reason', async () => {
    const full = new JetStreamApiError({
      code: 503,
      err_code: 10_077,
      description: 'maximum bytes exceeded',
    });
    rejections.set('2', [full]);
    await expect(publish('1', '2', '3')).rejects.toBe(full);
    expect(published).toHaveLength(3);
    rejections.set('1', [full]);
    await expect(publish('1')).rejects.toBe(full);
  });

  it.each(['1', '3'])('are not published if the server says that it has not stored %s', async (id) => {
    notStored.add(id);
    await expect(publish('1', '2', '3')).rejects.toThrow(`NATS has not stored message ${id}`);
  });

  it('may be none', async () => {
    expect(await publish()).toBe(0);
    expect(published).toEqual([]);
  });
});

it.each([
  ['SMALL-TABLE', 'SMALL-TABLE'],
  ['a.b c', 'a%2Eb%20c'],
  ['*>', '%2A%3E'],
  ['é/', '%C3%A9%2F'],
])('asToken makes an ordering key one token of a NATS subject: %s', (key, token) => {
  expect(asToken(key)).toBe(token);
});

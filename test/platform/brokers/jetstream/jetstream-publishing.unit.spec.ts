import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { asToken, publishInOrder } from '../../../../src/platform/brokers/jetstream/jetstream-publishing.js';

/** What a server says of a message that does not follow the one it names. */
const outOfOrder = () =>
  new JetStreamApiError({ code: 400, err_code: 10_070, description: 'wrong last msg id' });

interface Options {
  readonly msgID: string;
  readonly headers: MsgHdrs;
  readonly expect?: { readonly lastMsgID: string };
}

let published: [id: string, after: string | undefined][];
/** How often the server refuses a message, and how. */
let refusals: Map<string, Error[]>;
beforeEach(() => {
  published = [];
  refusals = new Map();
});

const client = {
  publish: async (_subject: string, _body: Buffer, { msgID, expect: expected }: Options) => {
    published.push([msgID, expected?.lastMsgID]);
    await Promise.resolve();
    const refusal = refusals.get(msgID)?.shift();
    if (refusal) throw refusal;
  },
} as unknown as JetStreamClient;

const publish = (...ids: string[]) =>
  publishInOrder(
    client,
    ids.map((id) => ({ id, channel: 'line_allocated', key: 'k', body: Buffer.from(id) })),
  );

describe('Messages in order', () => {
  it('name each the one before it, but for the first', async () => {
    await publish('1', '2', '3');
    expect(published).toEqual([
      ['1', undefined],
      ['2', '1'],
      ['3', '2'],
    ]);
  });

  it('go again from the first that the server has not taken, and that one alone', async () => {
    refusals.set('2', [outOfOrder()]).set('3', [outOfOrder()]);
    await publish('1', '2', '3');
    expect(published.slice(3)).toEqual([
      ['2', undefined],
      ['3', '2'],
    ]);
  });

  it('go no further where the server refuses one for another reason', async () => {
    const full = new JetStreamApiError({
      code: 503,
      err_code: 10_077,
      description: 'maximum bytes exceeded',
    });
    refusals.set('2', [full]);
    await expect(publish('1', '2', '3')).rejects.toBe(full);
    expect(published).toHaveLength(3);
    refusals.set('1', [full]);
    await expect(publish('1')).rejects.toBe(full);
  });

  it('may be none', async () => {
    await publish();
    expect(published).toEqual([]);
  });
});

it.each([
  ['SMALL-TABLE', 'SMALL-TABLE'],
  ['a.b c', 'a%2Eb%20c'],
  ['*>', '%2A%3E'],
  ['é/', '%C3%A9%2F'],
])('An ordering key is one token of a subject: %s', (key, token) => {
  expect(asToken(key)).toBe(token);
});

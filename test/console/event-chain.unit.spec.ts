import { describe, expect, it } from '@jest/globals';
import { asCurl } from '../../console/src/pages/events/as-curl.js';
import { chainOf } from '../../console/src/pages/events/chain.js';

const event = (position: number, causationId: string | null = null) => ({
  id: `e${position}`,
  position,
  causationId,
});

describe('A chain of events', () => {
  it('shows each event under the one that caused it', () => {
    const chain = chainOf([event(4, 'e2'), event(1), event(3, 'e1'), event(2, 'e1'), event(5)]);

    expect(chain.map(({ event: { position }, depth, cause }) => [position, depth, cause])).toEqual([
      [1, 0, null],
      [2, 1, 1],
      [4, 2, 2],
      [3, 1, 1],
      [5, 0, null],
    ]);
  });

  it('begins with an event whose cause is not among them', () => {
    const chain = chainOf([event(8, 'e7')]);

    expect(chain).toEqual([{ event: event(8, 'e7'), depth: 0, cause: null }]);
  });

  it('may be thousands of events deep', () => {
    const deep = Array.from({ length: 20_000 }, (_, index) =>
      event(index + 1, index === 0 ? null : `e${index}`),
    );

    expect(chainOf(deep).at(-1)).toMatchObject({ depth: 19_999, cause: 19_999 });
  });
});

describe('A call as curl', () => {
  it('encodes what is asked for, and leaves out what is not', () => {
    const query = { sku: '50% OAK/A', orderId: undefined, after: 0 };

    expect(asCurl('http://stock.example', '/v1/events', query, false)).toBe(
      "curl 'http://stock.example/v1/events?sku=50%25%20OAK%2FA&after=0'",
    );
  });

  it('cannot be broken out of by a quote', () => {
    expect(asCurl('http://stock.example', '/v1/events', { sku: "a'b" }, false)).toContain("sku=a'\\''b'");
  });

  it('takes the key from the environment if the service needs one', () => {
    expect(asCurl('http://stock.example', '/v1/events', {}, true)).toBe(
      `curl -H "Authorization: Bearer $EARMARK_KEY" 'http://stock.example/v1/events'`,
    );
  });
});

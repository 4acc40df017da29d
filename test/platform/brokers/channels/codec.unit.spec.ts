import { describe, expect, it } from '@jest/globals';
import { json } from '../../../../src/platform/brokers/channels/codec.js';
import { InvalidMessage } from '../../../../src/platform/brokers/channels/message-schema.js';

describe('A JSON body', () => {
  it('is decoded to what was encoded', () => {
    const body = { sku: 'SMALL-TABLE', qty: 10, note: 'é 😀' };
    expect(json.decode(json.encode(body))).toEqual(body);
  });

  it('is rejected with the reason if it is not JSON', () => {
    const broken = () => json.decode(Buffer.from('{"sku"'));
    expect(broken).toThrow(InvalidMessage);
    expect(broken).toThrow(/^The body is not JSON: .*JSON.*\.$/);
    expect(broken).not.toThrow(/UTF-8/);
    expect(() => json.decode(Buffer.from([0x22, 0xff, 0x22]))).toThrow(
      'The body is not JSON: it is not UTF-8.',
    );
  });
});

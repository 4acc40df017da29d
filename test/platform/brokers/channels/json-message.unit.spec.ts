import { describe, expect, it } from '@jest/globals';
import { decodeJson, InvalidMessage } from '../../../../src/platform/brokers/channels/message-schema.js';

describe('A JSON body', () => {
  it('is decoded to what was encoded', () => {
    const body = { sku: 'SMALL-TABLE', qty: 10, note: 'é 😀' };
    expect(decodeJson(Buffer.from(JSON.stringify(body)))).toEqual(body);
  });

  it('is rejected with the reason if it is not JSON', () => {
    const broken = () => decodeJson(Buffer.from('{"sku"'));
    expect(broken).toThrow(InvalidMessage);
    expect(broken).toThrow(/^The body is not JSON: .*JSON.*\.$/);
    expect(broken).not.toThrow(/UTF-8/);
    expect(() => decodeJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(
      'The body is not JSON: it is not UTF-8.',
    );
  });
});

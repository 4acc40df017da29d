import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishedEvents } from '../../tools/docgen/published-events.js';

/** A contract with one event that has this data. */
const contract = (data: string, version = 1) => `
  interface EventOf<Type extends string, Data> { readonly type: Type; readonly version: ${version}; readonly data: Readonly<Data> }
  interface Common { sku: string }
  class Money { constructor(readonly cents: number) {} }
  export type ShelfFilled = EventOf<'ShelfFilled', ${data}>;
  export type ShelfEvent = ShelfFilled | EventOf<'Hidden', Common>;
  export interface NoEvent { readonly type: string }`;

describe('The events of a contract', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'published-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  const published = async (source: string) => {
    await writeFile(join(root, 'shelves.contract.ts'), source);
    return publishedEvents(root, ['shelves.contract.ts']).get('shelves.contract.ts');
  };

  it('are read with their types, versions and fields', async () => {
    const data = `Common & { units: number; note?: string; eta: string | null; isFull: boolean;
      reason: 'moved' | 'sold'; places: readonly { bay: string }[]; last?: 'a' | null }`;
    expect(await published(contract(data, 3))).toEqual({
      ShelfFilled: {
        version: 3,
        data: {
          type: ['object'],
          properties: {
            sku: { type: ['string'] },
            units: { type: ['number'] },
            note: { type: ['string'] },
            eta: { type: ['null', 'string'] },
            isFull: { type: ['boolean'] },
            reason: { type: ['string'], enum: ['moved', 'sold'] },
            places: {
              type: ['array'],
              items: { type: ['object'], properties: { bay: { type: ['string'] } }, required: ['bay'] },
            },
            last: { type: ['null', 'string'], enum: ['a'] },
          },
          required: ['eta', 'isFull', 'places', 'reason', 'sku', 'units'],
        },
      },
    });
  });

  it.each([
    '{ at: Date }',
    '{ price: Money }',
    '{ count: bigint }',
    '{ f: () => void }',
    '{ x: unknown }',
    '{ x: any }',
  ])('must be plain data, not %s', async (data) => {
    await expect(published(contract(data))).rejects.toThrow(/an event is plain data/);
  });

  it('are none if there is no contract', () => {
    expect(publishedEvents(root, ['nowhere.contract.ts']).get('nowhere.contract.ts')).toEqual({});
  });
});

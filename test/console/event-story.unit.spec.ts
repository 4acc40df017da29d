import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { EventOf, EventType } from '@earmark/client';
import { storyOf, textOf, type Known } from '../../console/src/data/event-story.js';

type Data = { readonly [Type in EventType]: EventOf<Type>['data'] };

const line = { orderId: 'O-7', sku: 'CHAIR', quantity: 5, batchReference: 'PO-1', productVersion: 3 };
const claims = [
  { batchReference: 'PO-1', quantity: 3, eta: null },
  { batchReference: 'PO-2', quantity: 2, eta: '2027-01-31' },
];
const one = [{ batchReference: 'PO-1', quantity: 5 }];

/** One event of each type, and how it is told. */
const EXAMPLES: { readonly [Type in EventType]: readonly [Data[Type], string] } = {
  BatchRegistered: [
    {
      batchReference: 'PO-1',
      sku: 'CHAIR',
      quantity: 1200,
      eta: '2027-01-31',
      supplier: 'Oak Ltd',
      bestBefore: '2027-06-30',
    },
    'Batch PO-1 was registered: 1,200 units of CHAIR, due 2027-01-31, from Oak Ltd, best before 2027-06-30',
  ],
  BatchQuantityChanged: [
    { batchReference: 'PO-1', sku: 'CHAIR', quantity: 8, previousQuantity: 10 },
    'The quantity of batch PO-1 was changed from 10 units to 8 units of CHAIR',
  ],
  BatchRescheduled: [
    { batchReference: 'PO-1', sku: 'CHAIR', eta: '2027-02-01', previousEta: '2027-01-31' },
    'Batch PO-1 is due 2027-02-01 instead of 2027-01-31',
  ],
  BatchLotChanged: [
    { batchReference: 'PO-1', sku: 'CHAIR', location: 'main', bestBefore: null, blocked: true },
    'Batch PO-1 is blocked, at main, and keeps',
  ],
  BatchMoved: [
    { batchReference: 'PO-1', sku: 'CHAIR', location: 'north', previousLocation: 'main' },
    'Batch PO-1 was moved from main to north',
  ],
  BatchReceived: [
    {
      batchReference: 'PO-1',
      sku: 'CHAIR',
      receiptId: 'R-1',
      quantity: 5,
      rejected: 1,
      missing: 0,
      overReceived: 0,
      onHand: 5,
      outstanding: 4,
      productVersion: 3,
    },
    '5 units of CHAIR of batch PO-1 have come, 1 more came and was rejected, 4 are still to come',
  ],
  BatchOverdue: [
    { batchReference: 'PO-1', sku: 'CHAIR', eta: '2027-01-31', lines: 1, units: 5, productVersion: 3 },
    'Batch PO-1 is overdue: it was due 2027-01-31, and 1 line waits for 5 units of CHAIR of it',
  ],
  StockAdjusted: [
    {
      batchReference: 'PO-1',
      sku: 'CHAIR',
      adjustmentId: 'A-1',
      by: -2,
      reason: 'broken',
      productVersion: 3,
    },
    '2 units of CHAIR of batch PO-1 are missing (broken)',
  ],
  LineAllocated: [{ ...line, eta: null }, 'Order O-7 was promised 5 units of CHAIR from batch PO-1'],
  LineHeld: [
    { ...line, eta: null, expiresAt: '2027-01-31T10:00:00Z' },
    'Order O-7 holds 5 units of CHAIR from batch PO-1, until 2027-01-31T10:00:00Z',
  ],
  LineReleased: [
    { ...line, reason: 'expired' },
    'The hold of order O-7 has ended, and set free 5 units of CHAIR from batch PO-1',
  ],
  LineDeallocated: [{ ...line, reason: 'cancelled' }, 'Order O-7 cancelled 5 units of CHAIR from batch PO-1'],
  LineReallocated: [
    { ...line, eta: '2027-01-31', previousBatchReference: 'PO-0', reason: 'batch-shrunk' },
    'Order O-7 moved with 5 units of CHAIR from batch PO-0 to batch PO-1, due 2027-01-31, because the batch shrank',
  ],
  LineAmended: [
    { ...line, eta: null, previousQuantity: 4, claims: one, previousClaims: one },
    'Order O-7 was amended: it claims 5 units of CHAIR from batch PO-1, instead of 4 units',
  ],
  LineBackordered: [
    {
      orderId: 'O-7',
      sku: 'CHAIR',
      quantity: 5,
      reason: 'short',
      split: false,
      neededBy: '2027-02-28',
      priority: 5,
      expiresAt: null,
      productVersion: 3,
    },
    'Order O-7 waits for 5 units of CHAIR, which it needs by 2027-02-28',
  ],
  BackorderEnded: [
    { orderId: 'O-7', sku: 'CHAIR', quantity: 5, reason: 'cancelled', productVersion: 3 },
    'Order O-7 no longer waits for 5 units of CHAIR: it was cancelled',
  ],
  LineShipped: [
    { orderId: 'O-7', sku: 'CHAIR', quantity: 5, claims: one, shipmentId: 'S-1', productVersion: 3 },
    '5 units of CHAIR left for order O-7 from batch PO-1, with shipment S-1',
  ],
  ShipmentCancelled: [
    {
      orderId: 'O-7',
      sku: 'CHAIR',
      quantity: 5,
      claims: one,
      shipmentId: 'S-1',
      isClaimed: true,
      productVersion: 3,
    },
    'Shipment S-1 of order O-7 did not leave: 5 units of CHAIR of batch PO-1 are on hand again, and promised to it as before',
  ],
  LineReturned: [
    {
      orderId: 'O-7',
      sku: 'CHAIR',
      quantity: 5,
      claims: one,
      disposition: 'scrap',
      reason: 'scratched',
      returnId: 'B-1',
      productVersion: 3,
    },
    'Order O-7 gave back 5 units of CHAIR of batch PO-1, to be scrapped (scratched)',
  ],
  OutOfStock: [
    { sku: 'CHAIR', refusals: 2, units: 10, available: 3, productVersion: 3 },
    '2 lines that asked for 10 units of CHAIR did not fit: the largest batch had 3 units left',
  ],
  PolicyChanged: [
    {
      sku: 'CHAIR',
      preference: 'fefo',
      backorders: 'strict',
      protections: [{ channel: 'shop', quantity: 4, until: '2027-01-31' }],
      productVersion: 3,
    },
    'The policy of CHAIR was changed: batches that expire first come first, nobody overtakes the first line that waits, the last 4 units for shop only until 2027-01-31',
  ],
  PromisesChanged: [
    {
      batchReference: 'PO-1',
      sku: 'CHAIR',
      eta: '2027-02-14',
      previousEta: '2027-01-31',
      lines: 3,
      units: 12,
      productVersion: 3,
    },
    '3 lines with 12 units of CHAIR are expected 2027-02-14 instead of 2027-01-31, because batch PO-1 has another date',
  ],
};

const told = <Type extends EventType>(type: Type, data: Data[Type], known?: Known) =>
  textOf(storyOf({ type, data }, known).sentence);

describe('The story of an event', () => {
  it('has an example here of every type in the API document', () => {
    const api = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
      components: { schemas: { EventBody: { discriminator: { mapping: Record<string, string> } } } };
    };
    const types = Object.keys(api.components.schemas.EventBody.discriminator.mapping);
    expect(Object.keys(EXAMPLES).sort()).toEqual(types.sort());
  });

  it.each(Object.keys(EXAMPLES) as EventType[])('tells %s in a sentence', (type) => {
    const [data, expected] = EXAMPLES[type];
    expect(told(type, data)).toBe(expected);
  });

  it('does not name again what the page is about', () => {
    const known = { sku: 'CHAIR', orderId: 'O-7', batchReference: 'PO-1' };
    expect(told('LineAllocated', { ...line, eta: null }, known)).toBe(
      'This order was promised 5 units from this batch',
    );
  });

  it('names every batch of a line that is split, with its units', () => {
    expect(told('LineAllocated', { ...line, claims, eta: '2027-01-31' })).toBe(
      'Order O-7 was promised 5 units of CHAIR from batch PO-1 (3 units) and batch PO-2 (2 units), due 2027-01-31',
    );
  });

  it('says which batches were passed over, and why', () => {
    const { why } = storyOf({
      type: 'LineAllocated',
      data: {
        ...line,
        eta: null,
        passedOver: [
          { batchReference: 'PO-8', reason: 'too-small' },
          { batchReference: 'PO-9', reason: 'blocked' },
        ],
      },
    });
    expect(textOf(why)).toBe('Batch PO-8 could not hold the line and batch PO-9 is blocked');
  });

  it('says nothing of batches passed over if there are none', () => {
    expect(storyOf({ type: 'LineAllocated', data: { ...line, eta: null } }).why).toEqual([]);
  });

  it.each([
    ['hold', 'The hold of order O-7 became firm: 5 units of CHAIR from batch PO-1'],
    ['backorder', 'Order O-7 no longer waits: it was promised 5 units of CHAIR from batch PO-1'],
  ] as const)('says that a line which got its units was a %s before', (from, expected) => {
    expect(told('LineAllocated', { ...line, eta: null, from })).toBe(expected);
  });

  it.each([
    ['expired', /has ended/],
    ['released', /gave up its hold/],
    ['replaced', /was put again/],
    ['batch-shrunk', /the batch shrank/],
  ] as const)('says why a hold ended: %s', (reason, expected) => {
    expect(told('LineReleased', { ...line, reason })).toMatch(expected);
  });

  it.each([
    ['batch-shrunk', /the batch shrank/],
    ['reallocation-run', /in a reallocation run/],
  ] as const)('says why a line lost its units: %s', (reason, expected) => {
    expect(told('LineDeallocated', { ...line, reason })).toMatch(expected);
    expect(storyOf({ type: 'LineDeallocated', data: { ...line, reason } }).tone).toBe('bad');
  });

  it('says that a batch has arrived', () => {
    const data = { batchReference: 'PO-1', sku: 'CHAIR', eta: null, previousEta: '2027-01-31' };
    expect(told('BatchRescheduled', data)).toBe('Batch PO-1 has arrived');
  });

  it('says that a count found nothing wrong', () => {
    const data = { batchReference: 'PO-1', sku: 'CHAIR', adjustmentId: 'C-1', productVersion: 3 };
    expect(told('StockAdjusted', { ...data, by: 0, variance: 0, reason: '' })).toBe(
      'Batch PO-1 was counted, and its figures are right',
    );
  });

  it('names a type that it does not know by its name', () => {
    expect(textOf(storyOf({ type: 'PalletWrapped', data: {} }).sentence)).toBe('PalletWrapped');
  });

  it('names an event by its type if it does not know its reason', () => {
    const { sentence } = storyOf({ type: 'LineReleased', data: { ...line, reason: 'on-a-whim' } });
    expect(textOf(sentence)).toBe('LineReleased');
  });
});

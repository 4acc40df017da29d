import { describe, expect, it } from '@jest/globals';
import type { ChangedLineBody, PromisedLineBody, SimulatedEventBody } from '@earmark/client';
import { consequencesOf, tally } from '../../console/src/data/consequences.js';

const place = (batchReference: string, eta: string | null, quantity = 5) => ({
  batchReference,
  quantity,
  eta,
});
const line = (
  before: ChangedLineBody['before'],
  after: ChangedLineBody['after'],
  orderId = 'O-7',
): ChangedLineBody => ({ orderId, sku: 'CHAIR', before, after });
const event = (type: string, data: Record<string, unknown> = {}): SimulatedEventBody => ({
  type,
  version: 1,
  key: 'CHAIR',
  data: { orderId: 'O-7', ...data },
});
const promise = (part: Partial<PromisedLineBody>): PromisedLineBody => ({
  orderId: 'O-7',
  sku: 'CHAIR',
  quantity: 5,
  claims: [],
  promisedDate: '2027-01-31',
  expectedDate: '2027-01-31',
  overdue: false,
  neededBy: null,
  late: false,
  ...part,
});

const outcomeOf = (
  changed: ChangedLineBody,
  events: SimulatedEventBody[] = [],
  promised: PromisedLineBody[] = [],
) => consequencesOf({ steps: [{ status: 200, events }], changedLines: [changed] }, promised)[0]!.outcome;

describe('The consequences of a change', () => {
  it('say that a line moves if its units come from another batch on the same day', () => {
    expect(outcomeOf(line(place('PO-1', null), place('PO-2', null)))).toBe('moved');
  });

  it('say that a line comes later if its new batch does', () => {
    expect(outcomeOf(line(place('PO-1', null), place('PO-2', '2027-01-31')))).toBe('later');
  });

  it('say that a line comes earlier if it moves to stock on hand', () => {
    expect(outcomeOf(line(place('PO-1', '2027-01-31'), place('PO-2', null)))).toBe('earlier');
  });

  it('say that a line becomes late if it comes after the day that it was promised', () => {
    const changed = line(place('PO-1', '2027-01-31'), place('PO-1', '2027-02-28'));
    expect(outcomeOf(changed, [], [promise({})])).toBe('late');
  });

  it('say that a line only comes later if it is still in time', () => {
    const changed = line(place('PO-1', '2027-01-15'), place('PO-1', '2027-01-20'));
    expect(outcomeOf(changed, [], [promise({})])).toBe('later');
  });

  it('say that a line becomes late if it comes after it is needed', () => {
    const changed = line(place('PO-1', '2027-01-15'), place('PO-1', '2027-01-20'));
    expect(outcomeOf(changed, [], [promise({ neededBy: '2027-01-18' })])).toBe('late');
  });

  it('do not say that a line becomes late if it is late already', () => {
    const changed = line(place('PO-1', '2027-01-31'), place('PO-1', '2027-02-28'));
    expect(outcomeOf(changed, [], [promise({ late: true })])).toBe('later');
  });

  it.each([
    ['lost', [event('LineDeallocated', { reason: 'batch-shrunk' })]],
    ['waits', [event('LineBackordered', { reason: 'batch-shrunk' })]],
    ['left', [event('LineShipped')]],
    ['released', [event('LineDeallocated', { reason: 'cancelled' })]],
    ['released', [event('LineReleased', { reason: 'replaced' })]],
    ['lost', []],
  ] as const)('say of a line without units: %s', (expected, events) => {
    expect(outcomeOf(line(place('PO-1', null), null), [...events])).toBe(expected);
  });

  it('say that a line gets its units if it had none', () => {
    expect(outcomeOf(line(null, place('PO-1', null)))).toBe('gained');
  });

  it('are listed and counted with the worst first', () => {
    const lines = consequencesOf({
      steps: [],
      changedLines: [
        line(null, place('PO-1', null), 'O-1'),
        line(place('PO-1', null), null, 'O-2'),
        line(place('PO-1', null), place('PO-2', null), 'O-3'),
        line(place('PO-1', null), null, 'O-4'),
      ],
    });
    expect(lines.map(({ orderId }) => orderId)).toEqual(['O-2', 'O-4', 'O-3', 'O-1']);
    expect(tally(lines)).toEqual([
      ['lost', 2],
      ['moved', 1],
      ['gained', 1],
    ]);
  });
});

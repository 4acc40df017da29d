import fc from 'fast-check';
import { BACKORDER_POLICIES, type Policy } from '../../src/allocation/domain/policy.js';
import { PREFERENCES } from '../../src/allocation/domain/preference.js';
import type { Command, Group } from './product.commands.js';

const orderId = fc.constantFrom('o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8');
// Among equals the order of these is another one in UTF-16.
const reference = fc.constantFrom('b1', 'B2', 'b\uFF5E', 'b\u{1F4A9}');
const eta = fc.constantFrom(null, '2027-01-09', '2027-01-10');
const location = fc.constantFrom('main', 'main', 'ams');
const bestBefore = fc.constantFrom(null, null, null, '2026-06-02', '2027-01-08', '2027-01-09');
export const lineTerms = {
  split: fc.boolean(),
  neededBy: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    fc.constantFrom('2027-01-08', '2027-01-09'),
  ),
  expiresAt: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 14 })),
  priority: fc.constantFrom(5, 5, 5, 0, 9),
  mayWait: fc.boolean(),
  // That of its order, and these lines are of orders without a record.
  channel: fc.constant(null),
  locations: fc.constantFrom(null, null, null, ['main'], ['ams', 'main'], ['main', 'ams']),
};
const plainTerms = fc.record({
  split: fc.constant(false),
  neededBy: fc.constant(null),
  expiresAt: fc.constant(null),
  priority: fc.constant(5),
  mayWait: fc.boolean(),
  channel: fc.constant(null),
  locations: fc.constant(null),
});

/** They are stored as they are, and compared with their prototypes. */
const PLAIN_OBJECTS = { noNullPrototype: true } as const;

const protection = fc.record(
  {
    channel: fc.constantFrom(null, 'web', 'fair'),
    quantity: fc.integer({ min: 1, max: 3 }),
    until: fc.constantFrom(null, null, '2026-06-01', '2026-06-02'),
  },
  PLAIN_OBJECTS,
);

export const policy: fc.Arbitrary<Policy> = fc.record(
  {
    preference: fc.constantFrom(...PREFERENCES),
    backorders: fc.constantFrom(...BACKORDER_POLICIES),
    minimumShelfLifeDays: fc.constantFrom(0, 0, 1),
    protections: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(protection, { minLength: 1, maxLength: 2 }) },
    ),
  },
  PLAIN_OBJECTS,
);

/** Batches, and what happens to them. */
export const batchCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.constant('add' as const),
      reference,
      quantity: fc.integer({ min: 1, max: 12 }),
      eta,
      lot: fc.record({ location, bestBefore, blocked: fc.constant(false) }, PLAIN_OBJECTS),
      registeredAt: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ask: fc.constant('change lot' as const),
      reference,
      bestBefore,
      blocked: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('move' as const), reference, location }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ask: fc.constant('change quantity' as const),
      reference,
      quantity: fc.integer({ min: 0, max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('reschedule' as const), reference, eta }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ask: fc.constant('receive' as const),
      receipt: fc.noShrink(fc.uuid()),
      reference,
      quantity: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('set policy' as const), policy }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.constant('note overdue' as const),
      reference,
      today: fc.constantFrom('2027-01-09', '2027-01-10', '2027-01-11'),
    }),
  },
);

const line = { orderId, quantity: fc.integer({ min: 1, max: 5 }) };
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.record({ ask: fc.constant('allocate' as const), ...line }), plainTerms)
      .map(([what, how]) => ({ ...what, ...how })),
  },
  { weight: 5, arbitrary: fc.record({ ask: fc.constant('allocate' as const), ...line, ...lineTerms }) },
  { weight: 4, arbitrary: fc.record({ ask: fc.constant('amend' as const), ...line, ...lineTerms }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('deallocate' as const), orderId }) },
  { weight: 8, arbitrary: batchCommand },
);

/** Histories of a product from its first batch on: what is asked of it, in the groups that share a transaction. */
export const histories: fc.Arbitrary<Group[]> = fc
  .array(fc.array(command, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 })
  .map((groups) => withoutTheImpossible(groups));

/** Nobody changes a batch that was never bought: `batches` would not let them. */
function withoutTheImpossible(groups: readonly Group[]): Group[] {
  const bought = new Set<string>();
  return groups.map((group) =>
    group.filter((command) => {
      if (command.ask === 'add') bought.add(command.reference);
      return !('reference' in command) || bought.has(command.reference);
    }),
  );
}

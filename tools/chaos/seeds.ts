/**
 * Schedules that have found a defect: played again by `npm run chaos -- --regressions`. What timing decides has a test of
 * its own besides, in which it always happens.
 */
export const REGRESSIONS: readonly {
  readonly seed: number;
  /** Left out: the usual ones. */
  readonly seconds?: number;
  readonly found: string;
}[] = [
  {
    seed: 1,
    seconds: 16,
    found:
      'a receipt and a change of its batch that crossed left batches and allocation apart (crossing.property.spec.ts)',
  },
  { seed: 8, found: 'a full disk was answered with 500 (disk-full.int.spec.ts)' },
  { seed: 9, found: 'the same, for changes that share a transaction' },
  {
    seed: 19,
    found: 'a failed statement hid behind the next one of its transaction, and was not tried again',
  },
  { seed: 24, found: 'the same while PostgreSQL is killed' },
  {
    seed: 405,
    found:
      'a commit that a crash of PostgreSQL had undone was answered, as another one had its id (lost-connection.int.spec.ts)',
  },
  {
    seed: 905,
    seconds: 10,
    found: 'a line of which a part has left was answered with what is left when it was allocated again',
  },
  {
    seed: 34010,
    found:
      'after a clock went back by a day, NATS was not tried again for a day (reconnect-delay.unit.spec.ts)',
  },
];

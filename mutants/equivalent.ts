const ONLY_COSTS_TIME = 'Switched off while nobody is inside, it spares time, and changes nothing else.';

/** Mutants that no test can kill, since nobody could tell the difference, and why. */
export const EQUIVALENT: readonly {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly because: string;
}[] = [
  {
    path: 'src/shared/domain/byte-order.ts',
    before: '<',
    after: '<=',
    because: 'Units that differ have places that differ; the other `<` of this kind are killed.',
  },
  {
    path: 'src/allocation/domain/stock.ts',
    before: '<',
    after: '<=',
    because: 'Equal dates have been told apart by the reference before.',
  },
  {
    path: 'src/allocation/domain/stock.ts',
    before: '1',
    after: '2',
    because: 'Of what compares, the sign alone counts.',
  },
  {
    path: 'src/allocation/domain/stock.ts',
    before: 'b.eta === null',
    after: 'false',
    because: 'No date is less than null, so that the next line says the same.',
  },
  {
    path: 'src/shared/unit-of-work/ambient.ts',
    before: '0',
    after: '1',
    because: ONLY_COSTS_TIME,
  },
  {
    path: 'src/shared/unit-of-work/ambient.ts',
    before: 'this.#inside++;',
    after: ';',
    because: ONLY_COSTS_TIME,
  },
  {
    path: 'src/shared/unit-of-work/ambient.ts',
    before: '--this.#inside === 0',
    after: 'false',
    because: ONLY_COSTS_TIME,
  },
  {
    path: 'src/shared/unit-of-work/ambient.ts',
    before: 'this.#storage.disable();',
    after: ';',
    because: ONLY_COSTS_TIME,
  },
  {
    path: 'src/shared/unit-of-work/joined-transaction.ts',
    before: '0',
    after: '1',
    because: 'Those of a transaction have all come from the log or none of them has.',
  },
  {
    path: 'src/shared/unit-of-work/lane.ts',
    before: '0',
    after: '1',
    because: 'A millisecond that the groups before the first one took is no reason to refuse anybody.',
  },
  {
    path: 'src/shared/domain/together.ts',
    before: 'false',
    after: 'true',
    because: 'What is no promise is settled at once.',
  },
  {
    path: 'src/shared/domain/byte-order.ts',
    before: '0x2000',
    after: '8193',
    because: 'All halves move by one place, where there is room.',
  },
];

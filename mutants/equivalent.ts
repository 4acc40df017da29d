const ONLY_COSTS_TIME = 'Switched off while nobody is inside, it spares time, and changes nothing else.';
const NOTHING_MOVES = 'A position is moved to where it is.';
const ONLY_SPARES_TIME = 'What it spares is done again, and comes to the same.';
const SAME_MOMENT = 'It matters in the one moment alone that is neither before nor after.';

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
  {
    path: 'src/shared/subscriptions/delivery-reader.ts',
    before: 'upTo > position',
    after: 'true',
    because: NOTHING_MOVES,
  },
  {
    path: 'src/shared/subscriptions/delivery-reader.ts',
    before: '>',
    after: '>=',
    because: NOTHING_MOVES,
  },
  {
    path: 'src/shared/subscriptions/delivery-reader.ts',
    before: 'behind.length > 0',
    after: 'true',
    because: 'Nothing is inserted of an empty list.',
  },
  {
    path: 'src/shared/subscriptions/reaction-reader.ts',
    before: '>',
    after: '>=',
    because: NOTHING_MOVES,
  },
  {
    path: 'src/shared/subscriptions/reaction-reader.ts',
    before: 'event',
    after: 'true',
    because: 'The log keeps every event that somebody has set aside.',
  },
  {
    path: 'src/shared/subscriptions/read-model-reader.ts',
    before: 'upTo <= position',
    after: 'false',
    because: 'An empty stretch changes nothing.',
  },
  {
    path: 'src/shared/subscriptions/logged-events.ts',
    before: 'others.length === 0',
    after: 'false',
    because: 'The other statement says the same of no events.',
  },
  {
    path: 'src/shared/subscriptions/runner.ts',
    before: '0',
    after: '1',
    because: 'Nobody waits for the first position before it is read.',
  },
  {
    path: 'src/shared/subscriptions/rebuild.ts',
    before: 'await lockPosition(manager, name);',
    after: ';',
    because: 'Reader and rebuild could block each other, which PostgreSQL ends, and the reader tries again.',
  },
  {
    path: 'src/shared/subscriptions/subscriptions.ts',
    before: 'clearTimeout(timer);',
    after: ';',
    because: 'The rejection comes to a promise that is settled.',
  },
  {
    path: 'src/shared/event-log/event-log.ts',
    before: 'types.size > 0',
    after: 'true',
    because: 'Who is woken for nothing finds nothing.',
  },
  {
    path: 'src/shared/event-log/event-log.ts',
    before: '>',
    after: '>=',
    because: 'Who is woken for nothing finds nothing.',
  },
  {
    path: 'src/shared/event-log/feed-page.ts',
    before: 'known',
    after: 'false',
    because: ONLY_SPARES_TIME,
  },
  {
    path: 'src/shared/event-log/feed-client.ts',
    before: '>=',
    after: '>',
    because: 'Nothing is written of a page that has nothing new.',
  },
  {
    path: 'src/shared/persistence/typeorm-transactions.ts',
    before: 'await runner.connect();',
    after: ';',
    because: 'The first statement connects.',
  },
  {
    path: 'src/shared/persistence/preparing-client.ts',
    before: '<',
    after: '<=',
    because: 'One more or less of those that are kept.',
  },
  {
    path: 'src/shared/persistence/migrations.ts',
    before: 'isUpToDate',
    after: 'false',
    because: ONLY_SPARES_TIME,
  },
  {
    path: 'src/shared/persistence/migrations.ts',
    before: '1',
    after: '2',
    because: 'One connection is enough, and so are two.',
  },
  {
    path: 'src/shared/persistence/migration-files.ts',
    before: '??',
    after: '&&',
    because: 'Each migration bears the name of its class.',
  },
  {
    path: 'src/shared/persistence/replicas.ts',
    before: '0',
    after: '1',
    because: 'Any of them may be the first.',
  },
  {
    path: 'src/shared/persistence/replicas.ts',
    before: '<=',
    after: '<',
    because: SAME_MOMENT,
  },
  {
    path: 'src/shared/access/access.ts',
    before: '0',
    after: '1',
    because: 'No time of the clock is between the two.',
  },
  {
    path: 'src/shared/access/api-key.ts',
    before: '||',
    after: '&&',
    because: 'The form has both parts or none.',
  },
  {
    path: 'src/shared/access/gate.ts',
    before: "fastify.decorateRequest('caller');",
    after: ';',
    because: 'It spares the engine a change of shape, and changes nothing else.',
  },
  {
    path: 'src/shared/access/issuer.ts',
    before: '<',
    after: '<=',
    because: SAME_MOMENT,
  },
  {
    path: 'src/shared/access/issuer.ts',
    before: '0',
    after: '1',
    because: 'A token without `exp` is refused before.',
  },
  {
    path: 'src/shared/access/issuer.ts',
    before: 'this.#known.size >= MOST_KNOWN',
    after: 'true',
    because: ONLY_SPARES_TIME,
  },
  {
    path: 'src/shared/access/issuer-keys.ts',
    before: '<',
    after: '<=',
    because: SAME_MOMENT,
  },
  {
    path: 'src/shared/access/access.ts',
    before: '<',
    after: '<=',
    because: SAME_MOMENT,
  },
  {
    path: 'src/shared/access/failed-tries.ts',
    before: '0',
    after: '1',
    because: 'Before the first minute there is nothing to forget.',
  },
  {
    path: 'src/shared/access/failed-tries.ts',
    before: '>',
    after: '>=',
    because: 'One more or less of those that are counted.',
  },
  {
    path: 'src/shared/access/issuer.ts',
    before: '>=',
    after: '>',
    because: 'One more or less of those that are remembered.',
  },
  {
    path: 'src/shared/access/issuer.ts',
    before: 'error instanceof errors.JOSEError',
    after: 'true',
    because: 'jose throws no other error that is known; the log would say less of one.',
  },
  {
    path: 'src/shared/http/known-paths.ts',
    before: '1',
    after: '2',
    because: 'Of the parts, the first alone is used.',
  },
  {
    path: 'src/shared/http/follow-calls.ts',
    before: '1',
    after: '2',
    because: 'Of the parts, the first alone is used.',
  },
  {
    path: 'src/shared/http/crowd.ts',
    before: '0',
    after: '1',
    because: 'The first refusal begins a second, and the count anew.',
  },
  {
    path: 'src/shared/http/bad-http.ts',
    before: 'request.complete && latest.get(socket) === response',
    after: 'false',
    because: 'What is kept of a connection goes with it.',
  },
  {
    path: 'src/shared/http/bad-http.ts',
    before: 'latest.delete(socket);',
    after: ';',
    because: 'What is kept of a connection goes with it.',
  },
  {
    path: 'src/shared/http/problem.ts',
    before: '1',
    after: '2',
    because: 'Of the parts, the first alone is used.',
  },
  {
    path: 'src/shared/http/problem.ts',
    before: '<',
    after: '<=',
    because: 'What is unknown has the status 500 too.',
  },
  {
    path: 'src/shared/event-log/live-feed.ts',
    before: 'client.onReady(() => this.#pause.wake());',
    after: ';',
    because: 'Who is not woken looks again a little later.',
  },
  {
    path: 'src/shared/event-log/live-feed.ts',
    before: 'this.#clients.clear();',
    after: ';',
    because: 'Those whose feed is ended go by themselves.',
  },
  {
    path: 'src/shared/event-log/upcasters.ts',
    before: '>',
    after: '>=',
    because: 'An event of the version that is read needs no upcaster, and comes to neither place.',
  },
  {
    path: 'src/shared/event-log/live-feed.ts',
    before: 'await wait(GATHER_MS);',
    after: ';',
    because: ONLY_SPARES_TIME,
  },
];

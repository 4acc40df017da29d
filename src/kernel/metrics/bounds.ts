/** What is refused to protect other callers, by the bound that was reached; docs/operations.md explains each. */
export const REFUSED_BY = {
  connections: 'the limit of connections is reached',
  'connections-per-address': 'one address has reached its limit of connections',
  'requests-ahead': 'one connection has too many requests without an answer',
  'answer-not-read': 'one caller did not read an answer in time',
  'reads-per-caller': 'one caller has reached its limit of reads at the same time',
  'costly-reads': 'too many costly reads are waiting',
  'writes-per-caller': 'one caller has reached its limit of writes at the same time',
  'bulk-calls': 'the limit of bulk calls at the same time is reached, in all or for one caller',
  feeds: 'the limit of live feeds is reached',
  'feeds-per-caller': 'one caller has reached its limit of live feeds',
  'failed-tries': 'too many calls of one caller failed with 401, 403 or 404',
} as const;

export type Bound = keyof typeof REFUSED_BY;

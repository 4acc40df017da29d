/** What is refused to protect other callers, by the bound that was reached; docs/operations.md explains each. */
export const REFUSED_BY = {
  connections: 'all connections are taken',
  'connections-per-address': 'one address has as many connections as it may have',
  'requests-ahead': 'too many requests were sent ahead of the answers',
  'answer-not-read': 'an answer was not read in time',
  'reads-per-caller': 'one caller has as many reads under way as it may have',
  'costly-reads': 'too many costly reads wait already',
  'writes-per-caller': 'one caller has as many writes under way as it may have',
  'bulk-calls': 'as many bulk calls are under way as there may be, in all or of one caller',
  feeds: 'too many live feeds are open',
  'feeds-per-caller': 'one caller has as many live feeds as it may have',
  'failed-tries': 'one caller keeps asking for what is forbidden or does not exist',
} as const;

export type Bound = keyof typeof REFUSED_BY;

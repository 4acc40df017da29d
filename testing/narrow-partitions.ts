/**
 * The statements that give a new log narrow partitions, in place of its first one for ten million events.
 * @param firsts the first position of each, and then of what comes behind the last one
 */
export function narrowPartitions(...firsts: readonly number[]): string[] {
  const [begin, ...ends] = firsts;
  const added = ends.map((end, i) => {
    const first = ends[i - 1] ?? begin;
    return `create table event_log.event_${first} partition of event_log.event for values from (${first}) to (${end})`;
  });
  return ['drop table event_log.event_1', ...added];
}

/**
 * As SQL, the highest position that an event of the log has, or had before it was pruned; 0 while there was none.
 */
export const HEAD = `greatest(0, (select max(position) from event_log.event), (select up_to from event_log.pruned))`;

/** Where calls a second end, if each goes on to take what it took in a round. */
export interface Bounds {
  /** One transaction at a time appends to the log, from its events to the end of its commit. */
  readonly log: number;
  /** One transaction at a time has a row. Infinity if nobody waited for one. */
  readonly row: number;
  /** One flush at a time. Infinity if none was seen. */
  readonly flush: number;
  /** So many processors do nothing but this. Undefined if the system does not tell what was used. */
  readonly processors: (count: number) => number | undefined;
}

/** What a round has shown; shares of a hundred of its time. */
interface Used {
  /** Calls. */
  readonly perSecond: number;
  readonly logLocked: number;
  /** In which a session waited for a row: that row was taken at least for so long. */
  readonly rowWaited: number;
  readonly flushing: number;
  /** Microseconds that a call takes. */
  readonly processor?: { readonly service: number; readonly database: number } | null;
}

/** What is in use for a share of the time is in use all the time at so many times the rate. */
export function boundsOf({ perSecond, logLocked, rowWaited, flushing, processor }: Used): Bounds {
  const full = (share: number) => (share === 0 ? Infinity : (perSecond * 100) / share);
  return {
    log: full(logLocked),
    row: full(rowWaited),
    flush: full(flushing),
    processors: (count) => (processor ? (count * 1e6) / (processor.service + processor.database) : undefined),
  };
}

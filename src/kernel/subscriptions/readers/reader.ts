/** Reads the log for one subscription. Each call does a bounded piece of work. */
export interface Reader {
  /** Handles the next stretch of the log; false where another instance is the one that reads. */
  step(): Promise<boolean>;
  /** Tries the next event again that was set aside and is due; false where that is not ours to do. */
  retry(): Promise<boolean>;
  close(): Promise<void>;
}

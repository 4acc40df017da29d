/** What a CSV file of rejects has besides the columns of the rows; an import of it passes over them. */
export const REJECT_COLUMNS: readonly string[] = ['line', 'reason', 'message', 'row'];

/** The member that each line of an NDJSON file of rejects has besides; an import of it passes over it. */
export const REJECTED = 'rejected';

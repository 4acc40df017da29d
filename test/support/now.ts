/** When tests play unless they say otherwise: before every date in them that is meant to come. */
export const NOW = new Date('2026-06-01T12:00:00Z');

/** The dates of a batch that is not overdue, as answers show them. */
export const due = (eta: string | null) => ({ eta, overdue: false, expectedDate: eta });

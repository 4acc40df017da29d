/** The place of every batch for which none is named. */
export const DEFAULT_LOCATION = 'main';

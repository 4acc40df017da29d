/** What every code of the sample data begins with. */
export const PREFIX = 'SAMPLE-';

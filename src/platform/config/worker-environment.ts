/** Set for workers whose `DATABASE_URL` is the embedded PostgreSQL of the process above them. */
const EMBEDDED = 'EARMARK_EMBEDDED';

/** What the environment of a worker has besides its settings. */
export const workerEnvironment = (isEmbedded: boolean): Readonly<Record<string, string>> => ({
  [EMBEDDED]: isEmbedded ? 'on' : 'off',
});

/** Whether this is such a worker. */
export const isWorkerOfEmbedded = (): boolean => process.env[EMBEDDED] === 'on';

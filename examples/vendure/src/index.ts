export { EarmarkPlugin, earmarkSyncTask } from './plugin';
export type { EarmarkOptions } from './options';

import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// For `node --import`: writes the address of each module that is loaded to the file that RECORD_MODULES names.
if (isMainThread) register(import.meta.url);

export function load(url, context, next) {
  appendFileSync(process.env.RECORD_MODULES, `${url}\n`);
  return next(url, context);
}

import { parseArgs } from 'node:util';
import { runDemo } from './demo/run.js';

// As `earmark demo`, which checks them.
const { keep, days } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, days: { type: 'string' } },
}).values;

await runDemo({ keeps: keep, days: days === undefined ? undefined : Number(days) });

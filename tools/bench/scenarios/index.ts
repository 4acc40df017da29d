import type { Scenario } from '../scenario.js';
import { batches } from './batches.js';
import { bulk } from './bulk.js';
import { connections } from './connections.js';
import { databaseFaults } from './database-faults.js';
import { console } from './console.js';
import { growthBatches } from './growth-batches.js';
import { growthLines } from './growth-lines.js';
import { growthOrders } from './growth-orders.js';
import { hot } from './hot.js';
import { instances } from './instances.js';
import { lag } from './lag.js';
import { largeOrder } from './large-order.js';
import { lonely } from './lonely.js';
import { looksAhead } from './looks-ahead.js';
import { mailStorm } from './mail-storm.js';
import { memory } from './memory.js';
import { overload } from './overload.js';
import { pressure } from './pressure.js';
import { pruning } from './pruning.js';
import { queues } from './queues.js';
import { reads } from './reads.js';
import { refusals } from './refusals.js';
import { remadeStream } from './remade-stream.js';
import { shrink } from './shrink.js';
import { siege } from './siege.js';
import { uniform, zipf } from './spread.js';
import { start } from './start.js';
import { takenConnections } from './taken-connections.js';
import { webhooks } from './webhooks.js';
import { whoDidIt } from './who-did-it.js';
import { holds, wholeOrders } from './whole-orders.js';
import { writers } from './writers.js';

/** In the order in which they are run. */
export const scenarios: readonly Scenario[] = [
  hot,
  zipf,
  uniform,
  wholeOrders,
  holds,
  lonely,
  connections,
  batches,
  bulk,
  reads,
  refusals,
  growthLines,
  growthBatches,
  growthOrders,
  queues,
  looksAhead,
  shrink,
  instances,
  writers,
  lag,
  webhooks,
  console,
  memory,
  pruning,
  pressure,
  overload,
  siege,
  largeOrder,
  mailStorm,
  whoDidIt,
  remadeStream,
  takenConnections,
  databaseFaults,
  start,
];

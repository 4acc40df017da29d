import { Channel, Eta, ListOf, OneOf, Quantity, Sku, WholeNumber } from '../../platform/http/dto/fields.js';
import { BACKORDER_POLICIES, MOST_SHELF_LIFE_DAYS, type Policy } from '../domain/policy.js';
import { PREFERENCES, type Preference } from '../domain/preference.js';

/** The most protections of a product. */
const MOST_PROTECTIONS = 100;

const CHANNEL = 'Orders of this channel may take these units; null: nobody may, they are safety stock.';
const UNITS = 'The last free units of the product, as many as these.';
const UNTIL = 'The last day on which it holds, in `TIME_ZONE`; null: until it is taken back.';

const PREFERENCE =
  'Which batches are taken first of those that are available on the same day: `eta` by their references, `fefo` those ' +
  'that expire first, `fifo` those that came first, `lifo` those that came last. Stock on hand always comes before ' +
  'inbound stock, and an earlier date before a later one.';
const SHELF_LIFE =
  'Days that units have to keep after the day on which they are needed: a batch is passed over if its `bestBefore` is earlier.';
const BACKORDERS =
  'In which order waiting lines get units that become free. `first-fit`: higher priority first, then the oldest, and a line ' +
  'that they do not meet is passed over. `strict`: in this order, but nobody overtakes the head of the queue: what is free ' +
  'stays reserved for it until it can be met, and new lines wait or are refused meanwhile. `fair-share`: one line of each ' +
  'channel in turn; lines of no channel are one channel.';

export class WantedProtectionBody {
  @Channel({ isNew: true, isNullable: true, description: CHANNEL }) channel!: string | null;
  @Quantity({ description: UNITS, example: 10 }) quantity!: number;
  @Eta({ optional: true, description: UNTIL, example: '2026-12-31' }) until?: string | null;
}

export class PutPolicyBody {
  @OneOf(PREFERENCES, { optional: true, description: `${PREFERENCE} Left out: \`eta\`.`, example: 'fefo' })
  preference?: Preference;

  @OneOf(BACKORDER_POLICIES, {
    optional: true,
    description: `${BACKORDERS} Left out: \`first-fit\`.`,
    example: 'first-fit',
  })
  backorders?: Policy['backorders'];

  @WholeNumber({
    ...{ max: MOST_SHELF_LIFE_DAYS, optional: true },
    description: `${SHELF_LIFE} Left out: 0.`,
    example: 10,
  })
  minimumShelfLifeDays?: number;

  @ListOf(WantedProtectionBody, {
    ...{ min: 0, max: MOST_PROTECTIONS, optional: true },
    description: 'Units that only one channel may take, or nobody. Left out: none.',
  })
  protections?: WantedProtectionBody[];
}

export class ProtectionBody {
  @Channel({ isNullable: true, description: CHANNEL }) channel!: string | null;
  @Quantity({ description: UNITS, example: 10 }) quantity!: number;
  @Eta({ description: UNTIL, example: '2026-12-31' }) until!: string | null;
}

export class PolicyBody {
  @Sku() sku!: string;
  @OneOf(PREFERENCES, { description: PREFERENCE, example: 'fefo' }) preference!: Preference;
  @OneOf(BACKORDER_POLICIES, {
    description: BACKORDERS,
    example: 'first-fit',
  })
  backorders!: Policy['backorders'];
  @WholeNumber({ max: MOST_SHELF_LIFE_DAYS, description: SHELF_LIFE, example: 10 })
  minimumShelfLifeDays!: number;
  @ListOf(ProtectionBody, {
    ...{ min: 0, max: MOST_PROTECTIONS },
    description: 'Units that only one channel may take, or nobody.',
  })
  protections!: ProtectionBody[];
}

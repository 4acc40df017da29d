import { Channel, Eta, ListOf, OneOf, Quantity, Sku, WholeNumber } from '../../platform/http/dto/fields.js';
import { BACKORDER_POLICIES, MOST_SHELF_LIFE_DAYS, type Policy } from '../domain/policy.js';
import { PREFERENCES, type Preference } from '../domain/preference.js';

/** The most protections of a product. */
const MOST_PROTECTIONS = 100;

const CHANNEL =
  'Only orders of this channel may take these units; null: no order may, they are safety stock.';
const UNITS = 'How many of the last available units of the product are protected.';
const UNTIL = 'The last day of the protection, in `TIME_ZONE`; null: until it is removed.';

const PREFERENCE =
  'Which batches are used first among those that are available on the same day. `eta`: sorted by reference. ' +
  '`fefo`: those that expire first. `fifo`: those that arrived first. `lifo`: those that arrived last. Stock on ' +
  'hand is always used before inbound stock, and an earlier date before a later one.';
const SHELF_LIFE =
  'Days that units must keep after the day on which they are needed. A batch whose `bestBefore` is earlier is ' +
  'skipped.';
const BACKORDERS =
  'The order in which waiting lines get units that become available. `first-fit`: higher priority first, then the ' +
  'oldest; a line that needs more units than there are is skipped. `strict`: the same order, but no line is ' +
  'skipped: available units are reserved for the first line until there are enough for it, and new lines wait or ' +
  'are refused meanwhile. `fair-share`: the channels take turns, one line each; lines without a channel count as ' +
  'one channel.';

export class WantedProtectionBody {
  @Channel({ isNew: true, isNullable: true, description: CHANNEL }) channel!: string | null;
  @Quantity({ description: UNITS, example: 10 }) quantity!: number;
  @Eta({ optional: true, description: UNTIL, example: '2026-12-31' }) until?: string | null;
}

export class PutPolicyBody {
  @OneOf(PREFERENCES, { optional: true, description: `${PREFERENCE} Default: \`eta\`.`, example: 'fefo' })
  preference?: Preference;

  @OneOf(BACKORDER_POLICIES, {
    optional: true,
    description: `${BACKORDERS} Default: \`first-fit\`.`,
    example: 'first-fit',
  })
  backorders?: Policy['backorders'];

  @WholeNumber({
    ...{ max: MOST_SHELF_LIFE_DAYS, optional: true },
    description: `${SHELF_LIFE} Default: 0.`,
    example: 10,
  })
  minimumShelfLifeDays?: number;

  @ListOf(WantedProtectionBody, {
    ...{ min: 0, max: MOST_PROTECTIONS, optional: true },
    description: 'Units that only one channel may take, or no order at all. Default: none.',
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
    description: 'Units that only one channel may take, or no order at all.',
  })
  protections!: ProtectionBody[];
}

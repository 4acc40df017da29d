import { Channel, Eta, ListOf, OneOf, Quantity, Sku } from '../../platform/http/dto/fields.js';
import { BACKORDER_POLICIES, type Policy } from '../domain/policy.js';

/** The most protections of a product. */
const MOST_PROTECTIONS = 100;

const CHANNEL = 'Orders of this channel may take these units; null: nobody may, they are safety stock.';
const UNITS = 'The last free units of the product, as many as these.';
const UNTIL = 'The last day on which it holds, in `TIME_ZONE`; null: until it is taken back.';

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
  @OneOf(BACKORDER_POLICIES, {
    optional: true,
    description: `${BACKORDERS} Left out: \`first-fit\`.`,
    example: 'first-fit',
  })
  backorders?: Policy['backorders'];

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
  @OneOf(BACKORDER_POLICIES, {
    description: BACKORDERS,
    example: 'first-fit',
  })
  backorders!: Policy['backorders'];
  @ListOf(ProtectionBody, {
    ...{ min: 0, max: MOST_PROTECTIONS },
    description: 'Units that only one channel may take, or nobody.',
  })
  protections!: ProtectionBody[];
}

import fc from 'fast-check';
import { needOfPut, PutOrder } from '../../src/allocation/commands/put-order.js';
import { OutOfStock } from '../../src/allocation/domain/errors.js';
import type { Order } from '../../src/allocation/domain/order.js';
import type { WantedLine, WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import type { OrderNeed } from '../../src/allocation/domain/stock.js';
import { refusal, toPromised, type Answer, type Command } from './product.commands.js';
import { batchCommand, lineTerms } from './product.histories.js';

/** Something that is asked of a whole order, or of one of its lines if it has a record. */
export type OrderCommand =
  | { readonly ask: 'put'; readonly orderId: string; readonly wanted: WantedOrder }
  | { readonly ask: 'confirm' | 'cancel' | 'give back'; readonly orderId: string }
  | {
      readonly ask: 'allocate line';
      readonly orderId: string;
      readonly line: WantedLine;
      readonly mayWait: boolean;
    }
  | { readonly ask: 'deallocate line'; readonly orderId: string; readonly sku: string };

/** Something that is asked of a product, of which the loose lines of orders are, too. */
export interface OfProduct {
  readonly ask: 'of product';
  readonly sku: string;
  readonly command: Command;
}

export type Asked = OrderCommand | OfProduct;

/** What is asked at one moment. */
export interface Moment {
  /** Minutes since the moment before. */
  readonly wait: number;
  readonly asked: readonly Asked[];
}

/** Seconds that a hold may last from its first creation. */
export const LONGEST_HOLD = 600;

/** What an outsider sees of it, beside the order itself. */
export type OrderAnswer = Answer | { readonly isNew: boolean; readonly refused: readonly object[] };

/** Asks it of the real thing. */
export function askOrder(order: Order, command: OrderCommand): OrderAnswer {
  switch (command.ask) {
    case 'put': {
      const put = order.put(command.wanted, LONGEST_HOLD);
      return put instanceof Error ? refusal(put) : { ...put, refused: put.refused };
    }
    case 'confirm': {
      const refused = order.confirm();
      return refused ? refusal(refused) : 'done';
    }
    case 'cancel':
      order.cancel();
      return 'done';
    case 'give back':
      order.deallocate();
      return 'done';
    case 'allocate line': {
      const outcome = order.allocate(command.line, command);
      if (outcome instanceof OutOfStock) return refusal(outcome);
      if ('waiting' in outcome) return { isNew: outcome.isNew, waiting: outcome.waiting.quantity };
      return { ...toPromised(outcome.allocation), isNew: outcome.isNew };
    }
    case 'deallocate line':
      order.deallocateLine(command.sku);
      return 'done';
  }
}

/** What of the order the command touches, as its handler would say. */
export function needOfOrder(command: OrderCommand): OrderNeed {
  const { orderId } = command;
  switch (command.ask) {
    case 'put':
      return needOfPut(new PutOrder(orderId, command.wanted));
    case 'allocate line':
      return { orderId, lines: [command.line] };
    case 'confirm':
      return { orderId, lines: [], reclaims: true };
    case 'cancel':
    case 'give back':
    case 'deallocate line':
      return { orderId, lines: [] };
  }
}

/** The SKUs that its need names. */
export function skusOf(asked: Asked): readonly string[] {
  if (asked.ask === 'put') return asked.wanted.lines.map(({ sku }) => sku);
  if (asked.ask === 'allocate line') return [asked.line.sku];
  return asked.ask === 'of product' ? [asked.sku] : [];
}

export const SKUS = ['A', 'B', 'C'];
export const ORDER_IDS = ['o1', 'o2', 'o3', 'o4'];
const WHEN_SHORT = ['refuse', 'skip', 'backorder', 'backorder'] as const;
const sku = fc.constantFrom(...SKUS);
const orderId = fc.constantFrom(...ORDER_IDS);
const line = fc.record({
  sku,
  quantity: fc.integer({ min: 1, max: 5 }),
  split: lineTerms.split,
  neededBy: lineTerms.neededBy,
});

const wanted: fc.Arbitrary<WantedOrder> = fc.record({
  lines: fc.oneof(
    {
      weight: 12,
      arbitrary: fc.uniqueArray(line, { selector: ({ sku }) => sku, minLength: 1, maxLength: 3 }),
    },
    fc.array(line, { minLength: 2, maxLength: 3 }),
  ),
  whenShort: fc.constantFrom(...WHEN_SHORT),
  expiresInSeconds: fc.constantFrom(null, null, 60, 180, 900),
  priority: fc.constantFrom(5, 5, 0, 9),
  channel: fc.constantFrom(null, null, 'web', 'fair'),
  locations: lineTerms.locations,
  shipComplete: fc.boolean(),
  reopen: fc.boolean(),
});

const ofOrder: fc.Arbitrary<OrderCommand> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ ask: fc.constant('put' as const), orderId, wanted }) },
  {
    weight: 6,
    arbitrary: fc.record({ ask: fc.constantFrom('confirm', 'confirm', 'cancel', 'give back'), orderId }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.constant('allocate line' as const),
      orderId,
      line,
      mayWait: lineTerms.mayWait,
    }),
  },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('deallocate line' as const), orderId, sku }) },
);

const loose: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: line.chain(({ sku: _, ...its }) =>
      fc.record({ orderId, mayWait: lineTerms.mayWait }).map((who) => ({
        ask: 'allocate' as const,
        ...who,
        ...its,
        expiresAt: null,
        priority: 5,
        channel: null,
        locations: null,
      })),
    ),
  },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('deallocate' as const), orderId }) },
);

const asked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 5, arbitrary: ofOrder },
  {
    weight: 3,
    arbitrary: fc.record({
      ask: fc.constant('of product' as const),
      sku,
      command: fc.oneof(batchCommand, loose),
    }),
  },
);

/** Histories of a few orders over a few products: what is asked at each moment, in one turn. */
export const orderHistories: fc.Arbitrary<Moment[]> = fc
  .array(
    fc.record({
      wait: fc.constantFrom(1, 1, 1, 1, 3, 24 * 60),
      asked: fc.array(asked, { minLength: 1, maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((moments) => {
    const bought = new Set<string>();
    return [{ wait: 0, asked: OPENING }, ...moments].map(({ wait, asked }) => ({
      wait,
      asked: asked.filter((each) => {
        // Nobody changes a batch that was never bought: `batches` would not let them.
        if (each.ask !== 'of product' || !('reference' in each.command)) return true;
        const batch = `${each.sku} ${each.command.reference}`;
        if (each.command.ask === 'add') bought.add(batch);
        return bought.has(batch);
      }),
    }));
  });

const OPENING: readonly Asked[] = ['A', 'B'].map((sku) => ({
  ask: 'of product',
  sku,
  command: {
    ...({ ask: 'add', reference: 'b1', quantity: 7, eta: null, registeredAt: 0 } as const),
    lot: { location: 'main', bestBefore: null, blocked: false },
  },
}));

/** The same with names of its own, so that many histories can be played on one stock. */
export function named(game: string, asked: Asked): Asked {
  const of = (name: string) => `${game}-${name}`;
  switch (asked.ask) {
    case 'of product': {
      const { command } = asked;
      const sku = of(asked.sku);
      const reference = 'reference' in command && { reference: `${sku} ${command.reference}` };
      const orderId = 'orderId' in command && { orderId: of(command.orderId) };
      return { ...asked, sku, command: { ...command, ...reference, ...orderId } as Command };
    }
    case 'put': {
      const lines = asked.wanted.lines.map((line) => ({ ...line, sku: of(line.sku) }));
      return { ...asked, orderId: of(asked.orderId), wanted: { ...asked.wanted, lines } };
    }
    case 'allocate line':
      return { ...asked, orderId: of(asked.orderId), line: { ...asked.line, sku: of(asked.line.sku) } };
    case 'deallocate line':
      return { ...asked, orderId: of(asked.orderId), sku: of(asked.sku) };
    case 'confirm':
    case 'cancel':
    case 'give back':
      return { ...asked, orderId: of(asked.orderId) };
  }
}

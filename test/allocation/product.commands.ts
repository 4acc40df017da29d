import { OutOfStock } from '../../src/allocation/domain/errors.js';
import { OrderLine, type LineTerms } from '../../src/allocation/domain/order-line.js';
import type { Lot } from '../../src/allocation/domain/lot.js';
import type { Policy } from '../../src/allocation/domain/policy.js';
import type { Product } from '../../src/allocation/domain/product.js';
import type { ProductNeed } from '../../src/allocation/domain/stock.js';
import { DomainError } from '../../src/kernel/domain/errors.js';
import { NOW } from '../support/now.js';

/** On what terms a line is asked for. */
export interface WantedTerms {
  readonly split: boolean;
  readonly neededBy: string | null;
  /** Minutes of the history, as in `Group`; null: it is firm. */
  readonly expiresAt: number | null;
  readonly priority: number;
  /** Whether it waits if it does not fit. */
  readonly mayWait: boolean;
  readonly channel: string | null;
  /** The only places that it may come from, in their order; null: any. */
  readonly locations: readonly string[] | null;
}

/** Something that is asked of a product. Codes are short, so that histories keep meeting themselves. */
export type Command =
  | ({ readonly ask: 'allocate'; readonly orderId: string; readonly quantity: number } & WantedTerms)
  /** Makes the line what it is asked for, as an order does that is put again or confirmed. */
  | ({ readonly ask: 'amend'; readonly orderId: string; readonly quantity: number } & WantedTerms)
  | { readonly ask: 'deallocate'; readonly orderId: string }
  | {
      readonly ask: 'add';
      readonly reference: string;
      readonly quantity: number;
      readonly eta: string | null;
      readonly lot: Lot;
      /** When it was registered, in minutes of the history, as in `Group`. */
      readonly registeredAt: number;
    }
  /** What is said of its units later. */
  | {
      readonly ask: 'change lot';
      readonly reference: string;
      readonly bestBefore: string | null;
      readonly blocked: boolean;
    }
  | { readonly ask: 'move'; readonly reference: string; readonly location: string }
  | { readonly ask: 'change quantity'; readonly reference: string; readonly quantity: number }
  /** Units of a batch come, under a name that no other receipt has. */
  | {
      readonly ask: 'receive';
      readonly receipt: string;
      readonly reference: string;
      readonly quantity: number;
    }
  | { readonly ask: 'reschedule'; readonly reference: string; readonly eta: string | null }
  | { readonly ask: 'note overdue'; readonly reference: string; readonly today: string }
  | { readonly ask: 'set policy'; readonly policy: Policy };

/** What an outsider sees of a command: the allocation, the refusal with its facts, or only that it was done. */
export type Answer =
  | (Promised & { readonly isNew: boolean })
  | { readonly isNew: boolean; readonly waiting: number }
  | { readonly refused: string; readonly facts: object }
  | 'done';

export interface Claim {
  readonly batchReference: string;
  readonly quantity: number;
}

export interface Promised {
  readonly quantity: number;
  /** Of several batches the one that comes last, and its date. */
  readonly batchReference: string;
  readonly eta: string | null;
  /** Of several batches, in the order of preference. */
  readonly claims?: readonly DatedClaim[];
}

export interface DatedClaim extends Claim {
  readonly eta: string | null;
}

/** What is asked in one transaction. The groups of a history are a minute apart. */
export type Group = readonly Command[];

/** The time of the nth group of a history. */
export function minute(n: number): Date {
  return new Date(NOW.getTime() + n * 60_000);
}

export function toTerms(wanted: WantedTerms): LineTerms {
  const { split, neededBy, expiresAt, priority, mayWait, channel, locations } = wanted;
  return {
    ...{ split, neededBy, priority, expiresAt: expiresAt === null ? null : minute(expiresAt) },
    ...(mayWait && { mayWait }),
    ...(channel !== null && { channel }),
    ...(locations !== null && { locations }),
  };
}

/** Asks it of the real thing. */
export function ask(product: Product, command: Command): Answer {
  switch (command.ask) {
    case 'allocate': {
      const { orderId, quantity } = command;
      const outcome = product.allocate({ orderId, sku: product.sku, quantity, terms: toTerms(command) });
      if (outcome instanceof OutOfStock) return refusal(outcome);
      if ('waiting' in outcome) return { isNew: outcome.isNew, waiting: outcome.waiting.quantity };
      return { ...toPromised(outcome.allocation), isNew: outcome.isNew };
    }
    case 'amend': {
      const { orderId, quantity } = command;
      // A firm line never becomes a hold again.
      const isFirm = product.lineOf(orderId)?.terms.expiresAt === null;
      const terms = toTerms(isFirm ? { ...command, expiresAt: null } : command);
      const line = new OrderLine({ orderId, sku: product.sku, quantity, terms });
      const plan = product.plan(line);
      const isNew = !product.has(orderId);
      if ('places' in plan) return { ...toPromised(product.carryOut(plan)), isNew };
      if (!terms.mayWait) return refusal(product.refuse(plan));
      const { quantity: waiting } = product.backorders.wait(plan);
      // Behind the new head of a strict queue it may be served with it.
      const allocation = product.allocationOf(orderId);
      return allocation ? { ...toPromised(allocation), isNew } : { isNew, waiting };
    }
    case 'deallocate':
      product.deallocate(command.orderId);
      return 'done';
    case 'add': {
      const { reference, quantity, eta, lot, registeredAt } = command;
      product.supply.addBatch({ reference, quantity, eta, lot, enteredAt: minute(registeredAt).getTime() });
      return 'done';
    }
    case 'change lot': {
      const { reference, bestBefore, blocked } = command;
      product.supply.changeLot(reference, { bestBefore, blocked });
      return 'done';
    }
    case 'move':
      product.supply.move(command.reference, command.location);
      return 'done';
    case 'change quantity':
      product.supply.changeQuantity(command.reference, command.quantity);
      return 'done';
    case 'receive': {
      const receipt = { quantity: command.quantity, rejected: 0, isFinal: false };
      product.warehouse.receive(receiptIdOf(command), command.reference, receipt);
      return 'done';
    }
    case 'reschedule':
      product.supply.reschedule(command.reference, command.eta);
      return 'done';
    case 'note overdue':
      product.supply.noteOverdue(command.reference, command.today);
      return 'done';
    case 'set policy':
      product.changePolicy(command.policy);
      return 'done';
  }
}

export function toPromised(allocation: ReturnType<Product['carryOut']>) {
  const { quantity, batchReference, eta, claims } = allocation;
  return { quantity, batchReference, eta, ...(claims && { claims }) };
}

/** What of the product the command touches, as its handler would say. */
export function needOf(sku: string, command: Command): ProductNeed {
  switch (command.ask) {
    case 'allocate':
      return { ...needOfLine(sku, command), fromOneBatch: !command.split, onlyAllocates: true };
    case 'amend':
      return needOfLine(sku, command);
    case 'deallocate':
      return { sku, orderId: command.orderId, units: 0 };
    case 'change quantity':
      return {
        ...{ sku, batchReference: command.reference },
        ...{ newQuantity: command.quantity, frees: command.quantity },
      };
    case 'receive': {
      const document = { kind: 'receipt', id: receiptIdOf(command) } as const;
      const frees = command.quantity;
      return { sku, batchReference: command.reference, resize: { by: 0 }, frees, document };
    }
    case 'add':
      return { sku, batchReference: command.reference, units: 0, frees: command.quantity };
    case 'change lot':
    case 'move':
      return { sku, batchReference: command.reference, frees: 0 };
    case 'reschedule':
      return { sku, batchReference: command.reference, countsLines: true };
    case 'note overdue':
      return { sku, batchReference: command.reference, units: 0, countsLines: true };
    case 'set policy':
      return { sku, frees: 0, changesPolicy: true };
  }
}

/** Which of the batches are at one of the places is for the domain to say. */
function needOfLine(
  sku: string,
  { orderId, quantity, neededBy, locations }: Extract<Command, { ask: 'allocate' | 'amend' }>,
): ProductNeed {
  return { sku, orderId, neededBy, ...(locations === null && { units: quantity }) };
}

/** Batches have names of their own in each game, and so have their receipts. */
export const receiptIdOf = ({ reference, receipt }: Extract<Command, { ask: 'receive' }>) =>
  `${receipt} of ${reference}`;

/** The refusal that an error is; errors that are none go on. */
export function refusal(error: unknown): Answer {
  if (!(error instanceof DomainError)) throw error;
  return { refused: error.code, facts: error.facts };
}

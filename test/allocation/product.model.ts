import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import type { BatchState } from '../../src/allocation/domain/batch-state.js';
import type { LineTerms } from '../../src/allocation/domain/order-line.js';
import {
  receiptIdOf,
  toTerms,
  type Answer,
  type Claim,
  type Command,
  type DatedClaim,
  type Group,
  type Promised,
} from './product.commands.js';

interface Line {
  readonly orderId: string;
  readonly claims: readonly Claim[];
  readonly terms: LineTerms;
  /** The day that it was promised first. */
  readonly promisedDate: string | null;
}
interface Bought {
  readonly reference: string;
  quantity: number;
  eta: string | null;
  overdueNoted?: string;
  /** Units that have come while others are still to come. */
  received: number;
}

/** Units that a batch could give by a date. */
interface Offer {
  readonly batch: Bought;
  readonly eta: string | null;
  readonly free: number;
}

/** A batch as it is stored; of its goods, the units that have come while others are still to come. */
export type BatchPicture = Omit<BatchState, 'goods' | 'earlier'> & { readonly received?: number };

/** What is there of a product: batches in the order of their references, lines in that of allocation. */
export interface Picture {
  readonly version: number;
  readonly batches: readonly BatchPicture[];
  /** Their claims in the order of references. */
  readonly lines: readonly Line[];
}

type Found = Pick<Extract<Plan, { claims: object }>, 'claims' | 'date'>;

/** Why a line cannot have what it asks for, or the claims that it gets. */
export type Plan =
  | {
      readonly orderId: string;
      readonly terms: LineTerms;
      readonly claims: readonly Claim[];
      /** When all of them have come. */
      readonly date: string | null;
      /** Left out: that of the line as it is, or the date of the claims. */
      readonly promisedDate?: string | null;
    }
  | { readonly quantity: number; readonly available: number; readonly earliest: string | null };

/** What a line becomes: as it was promised before, if it is there, and otherwise by the date of its plan. */
type Changed = Omit<Extract<Plan, { claims: object }>, 'date'> & { readonly date?: string | null };

/**
 * The rules of allocation once more, written without a thought for speed: batches in a list, lines in a list in
 * the order of allocation, everything counted again each time.
 */
export class ModelProduct {
  readonly sku: string;
  version = 0;
  readonly #batches: Bought[] = [];
  #lines: Line[] = [];
  #events: AllocationEvent[] = [];
  #hasChanged = false;

  constructor(sku: string) {
    this.sku = sku;
  }

  /** Answers a group of commands in one transaction. */
  transact(group: Group, now: Date): { answers: Answer[]; events: AllocationEvent[] } {
    this.begin(now);
    const answers = group.map((command) => this.ask(command));
    return { answers, events: this.commit() };
  }

  /** Rule 11: a hold ends by the clock, whoever looks first. */
  begin(now: Date): void {
    this.#events = [];
    this.#hasChanged = false;
    for (const line of this.#lines) {
      if (line.terms.expiresAt !== null && line.terms.expiresAt <= now) this.#drop(line, 'expired');
    }
  }

  commit(): AllocationEvent[] {
    if (this.#hasChanged) this.version++;
    return this.#events;
  }

  get isKnown(): boolean {
    return this.#batches.length > 0;
  }

  get picture(): Picture {
    const { version } = this;
    const batches = this.#batches.map(({ received, ...batch }): BatchPicture => {
      const claimed = (lines: readonly Line[]) =>
        lines.reduce((sum, line) => sum + unitsOn(line, batch.reference), 0);
      const held = claimed(this.#lines.filter(isHeld));
      const allocated = claimed(this.#lines);
      return { ...batch, allocated, ...(held > 0 && { held }), ...(received > 0 && { received }) };
    });
    const lines = this.#lines.map((line) => ({ ...line, claims: [...line.claims].sort(byBatch) }));
    return { version, batches: batches.sort(byReference), lines };
  }

  ask(command: Command): Answer {
    switch (command.ask) {
      case 'allocate':
        return this.#allocate(command.orderId, command.quantity, toTerms(command));
      case 'amend':
        return this.#amend(command.orderId, command.quantity, toTerms(command));
      case 'deallocate':
        return this.#deallocate(command.orderId);
      case 'add':
        return this.#add({
          ...{ reference: command.reference, quantity: command.quantity, eta: command.eta, received: 0 },
        });
      case 'change quantity':
        return this.#changeQuantity(this.#batch(command.reference), command.quantity);
      case 'receive':
        return this.#receive(command);
      case 'reschedule':
        return this.#reschedule(this.#batch(command.reference), command.eta);
      case 'note overdue':
        return this.#noteOverdue(this.#batch(command.reference), command.today);
    }
  }

  #allocate(orderId: string, quantity: number, terms: LineTerms): Answer {
    if (!this.isKnown) return { refused: 'unknown-sku', facts: { sku: this.sku } };
    const standing = this.lineOf(orderId);
    if (standing && standing.quantity !== quantity) {
      const facts = { orderId, sku: this.sku, requested: quantity, allocated: standing.quantity };
      return { refused: 'allocation-conflict', facts };
    }
    if (standing) return { ...standing, isNew: false };
    const plan = this.plan(orderId, quantity, terms);
    if (!('claims' in plan)) return this.refuse(plan, terms);
    this.carryOut(plan);
    return { ...this.lineOf(orderId)!, isNew: true };
  }

  #amend(orderId: string, quantity: number, wanted: LineTerms): Answer {
    if (!this.isKnown) return { refused: 'unknown-sku', facts: { sku: this.sku } };
    const isFirm = this.lineOf(orderId) && this.termsOf(orderId).expiresAt === null;
    const terms = isFirm ? { ...wanted, expiresAt: null } : wanted;
    const plan = this.plan(orderId, quantity, terms);
    if (!('claims' in plan)) return this.refuse(plan, terms);
    const isNew = !this.lineOf(orderId);
    this.carryOut(plan);
    return { ...this.lineOf(orderId)!, isNew };
  }

  #deallocate(orderId: string): Answer {
    if (this.release(orderId, 'released')) return 'done';
    return { refused: 'unknown-allocation', facts: { orderId, sku: this.sku } };
  }

  /** @returns whether the order had a line */
  release(orderId: string, reason: 'released' | 'replaced'): boolean {
    const line = this.#lines.find((candidate) => candidate.orderId === orderId);
    if (line) this.#drop(line, isHeld(line) ? reason : 'cancelled');
    return line !== undefined;
  }

  lineOf(orderId: string): Promised | undefined {
    const line = this.#lines.find((candidate) => candidate.orderId === orderId);
    return line && this.#promised(line);
  }

  /** The day that the order's line was promised first. */
  promisedDateOf(orderId: string): string | null {
    return this.#lines.find((candidate) => candidate.orderId === orderId)!.promisedDate;
  }

  termsOf(orderId: string): LineTerms {
    return this.#lines.find((candidate) => candidate.orderId === orderId)!.terms;
  }

  #add(batch: Bought): Answer {
    if (this.#batches.some(({ reference }) => reference === batch.reference)) return 'done';
    this.#batches.push(batch);
    this.#changed();
    return 'done';
  }

  /** Rule 6: holds leave first, lower priority before higher, the newest first; they come back the other way round. */
  #changeQuantity(batch: Bought, quantity: number): Answer {
    if (batch.quantity === quantity) return 'done';
    batch.quantity = quantity;
    batch.received = Math.min(batch.received, quantity);
    this.#changed();
    const left: Line[] = [];
    while (this.#room(batch) < 0) {
      const onIt = this.#lines.filter((line) => unitsOn(line, batch.reference) > 0);
      const some = onIt.some(isHeld) ? onIt.filter(isHeld) : onIt;
      const lowest = Math.min(...some.map(({ terms }) => terms.priority));
      const line = some.findLast(({ terms }) => terms.priority === lowest)!;
      left.unshift(line);
      this.#replace(line, []);
    }
    for (const line of left) this.#placeAgain(line);
    return 'done';
  }

  /** Rule 14: no line moves. More than was still to come makes the batch larger. */
  #receive(command: Extract<Command, { ask: 'receive' }>): Answer {
    const { reference: batchReference, quantity } = command;
    const batch = this.#batch(batchReference);
    const outstanding = batch.eta === null ? 0 : batch.quantity - batch.received;
    const overReceived = Math.max(quantity - outstanding, 0);
    batch.quantity += overReceived;
    batch.received += quantity;
    if (batch.eta === null || batch.received === batch.quantity)
      Object.assign(batch, { eta: null, received: 0 });
    const [onHand, missing] = [batch.eta === null ? batch.quantity : batch.received, 0];
    const figures = { quantity, rejected: 0, overReceived, missing, onHand };
    const facts = { sku: this.sku, batchReference, receiptId: receiptIdOf(command), ...figures };
    const data = { ...facts, outstanding: batch.quantity - onHand, ...this.#changed() };
    this.#publish({ type: 'BatchReceived', data });
    return 'done';
  }

  #placeAgain(line: Line): void {
    const { orderId, terms } = line;
    const quantity = unitsOf(line);
    const reason = 'batch-shrunk';
    const claims = this.#claimsFor(quantity, terms, () => 0)?.claims;
    if (!claims) {
      this.#drop(line, reason);
      this.refuse({ quantity, available: this.#available(terms, () => 0), earliest: null }, terms);
      return;
    }
    this.#replace(line, claims);
    if (haveSameUnits(claims, line.claims)) return;
    const promised = this.lineOf(orderId)!;
    const previousBatchReference = this.#inOrder(line.claims).at(-1)!.batchReference;
    const isSplit = claims.length + line.claims.length > 2;
    const previousClaims = this.#inOrder(line.claims);
    const split = isSplit && { claims: this.#dated(claims), previousClaims };
    const held = isHeld(line) && { from: 'hold' as const };
    const { claims: _, ...facts } = promised;
    const data = { orderId, sku: this.sku, ...facts, previousBatchReference, reason, ...split, ...held };
    this.#publish({ type: 'LineReallocated', data: { ...data, ...this.#changed() } });
  }

  #reschedule(batch: Bought, eta: string | null): Answer {
    const { reference: batchReference, eta: previousEta } = batch;
    if (previousEta === eta) return 'done';
    if (eta === null) batch.received = 0;
    batch.eta = eta;
    this.#changed();
    const waiting = this.#unitsWaitingFor(batchReference);
    if (eta === null || waiting.length === 0) return 'done';
    const units = waiting.reduce((sum, each) => sum + each, 0);
    const data = { sku: this.sku, batchReference, previousEta, eta, lines: waiting.length, units };
    const orderIds = this.#ordersOn(batchReference);
    this.#publish({ type: 'PromisesChanged', data: { ...data, orderIds, ...this.#changed() } });
    return 'done';
  }

  /** Each date of a batch that passes while lines wait is published once. */
  #noteOverdue(batch: Bought, today: string): Answer {
    const { reference: batchReference, eta } = batch;
    const waiting = this.#unitsWaitingFor(batchReference);
    if (eta === null || eta >= today || waiting.length === 0 || batch.overdueNoted === eta) return 'done';
    batch.overdueNoted = eta;
    const units = waiting.reduce((sum, each) => sum + each, 0);
    const data = { sku: this.sku, batchReference, eta, lines: waiting.length, units };
    this.#publish({ type: 'BatchOverdue', data: { ...data, ...this.#changed() } });
    return 'done';
  }

  /** Firm lines before holds, higher priority before lower, then the oldest. */
  #ordersOn(batchReference: string): string[] {
    return this.#lines
      .filter((line) => unitsOn(line, batchReference) > 0)
      .sort((a, b) => Number(isHeld(a)) - Number(isHeld(b)) || b.terms.priority - a.terms.priority)
      .slice(0, 20)
      .map(({ orderId }) => orderId);
  }

  /** By line. */
  #unitsWaitingFor(batchReference: string): number[] {
    return this.#lines.map((line) => unitsOn(line, batchReference)).filter((units) => units > 0);
  }

  /** What the order's line would claim if it asked for this. Its own units never stand in its way. */
  plan(orderId: string, quantity: number, terms: LineTerms): Plan {
    const line = this.#lines.find((candidate) => candidate.orderId === orderId);
    const own = ({ reference }: Bought) => (line ? unitsOn(line, reference) : 0);
    const found = (line && this.#stay(line, quantity, terms)) ?? this.#claimsFor(quantity, terms, own);
    if (found) return { orderId, terms, ...found };
    const earliest = this.#claimsFor(quantity, { ...terms, neededBy: null }, own)?.date ?? null;
    return { quantity, available: this.#available(terms, own), earliest };
  }

  carryOut({ orderId, terms, claims, ...plan }: Changed): void {
    const at = this.#lines.findIndex((line) => line.orderId === orderId);
    const before = this.#lines[at];
    const { promisedDate = before ? before.promisedDate : plan.date! } = plan;
    const line = { orderId, terms, claims, promisedDate };
    const isAs = (other: LineTerms) =>
      terms.split === other.split && terms.neededBy === other.neededBy && terms.priority === other.priority;
    const { sku } = this;
    const facts = { orderId, sku, ...this.#promised(line) };
    const endsAt = terms.expiresAt?.toISOString();
    const from = before && isHeld(before) && { from: 'hold' as const };
    if (before && !(haveSameUnits(claims, before.claims) && isAs(before.terms))) {
      const { batchReference, eta, quantity } = facts;
      const previous = { previousQuantity: unitsOf(before), previousClaims: this.#inOrder(before.claims) };
      const its = { batchReference, eta, quantity, claims: this.#inOrder(claims) };
      const data = { orderId, sku, ...its, ...previous, ...this.#changed(), ...from };
      this.#publish({ type: 'LineAmended', data });
    }
    if (before?.terms.expiresAt?.toISOString() !== endsAt || !before) {
      const data = { ...facts, ...(endsAt && { expiresAt: endsAt }), ...this.#changed(), ...from };
      this.#publish({ type: endsAt ? 'LineHeld' : 'LineAllocated', data });
    }
    if (before) this.#lines[at] = line;
    else this.#lines.push(line);
  }

  refuse(plan: Exclude<Plan, { claims: object }>, { neededBy }: Pick<LineTerms, 'neededBy'>): Answer {
    const { sku } = this;
    const { quantity, available, earliest } = plan;
    const productVersion = this.version + (this.#hasChanged ? 1 : 0);
    const at = this.#events.findIndex(({ type }) => type === 'OutOfStock');
    const earlier = this.#events[at] as Extract<AllocationEvent, { type: 'OutOfStock' }> | undefined;
    const refusals = (earlier?.data.refusals ?? 0) + 1;
    const units = (earlier?.data.units ?? 0) + quantity;
    const data = { sku, refusals, units, available, productVersion };
    if (earlier) this.#events[at] = { ...earlier, data };
    else this.#publish({ type: 'OutOfStock', data });
    const facts = { sku, requested: quantity, available, ...(neededBy !== null && { earliest }) };
    return { refused: 'out-of-stock', facts };
  }

  /** A line keeps its batches if it can: it gives back what comes last, or takes what is missing. */
  #stay(line: Line, quantity: number, terms: LineTerms): Found | undefined {
    const dateOf = (claim: Claim, units: number) =>
      this.#dateOf(this.#batch(claim.batchReference), units, claim.quantity);
    const dates = line.claims.map((claim) => dateOf(claim, Math.min(claim.quantity, quantity)));
    if (!dates.every((eta) => isBy({ eta }, terms)) || (line.claims.length > 1 && !terms.split))
      return undefined;
    const missing = quantity - unitsOf(line);
    if (missing > 0 && terms.split) {
      const more = this.#claimsFor(missing, terms, () => 0);
      if (!more) return undefined;
      const claims = this.#inOrder(added([...line.claims, ...more.claims]));
      return { claims, date: last([...dates, more.date]) };
    }
    if (missing > 0) {
      const [only] = line.claims as [Claim];
      const date = dateOf(only, quantity);
      if (this.#room(this.#batch(only.batchReference)) < missing || !isBy({ eta: date }, terms))
        return undefined;
      return { claims: [{ ...only, quantity }], date };
    }
    const units = this.#inOrder(line.claims).flatMap(({ batchReference, quantity }) =>
      Array<string>(quantity).fill(batchReference),
    );
    const claims = added(units.slice(0, quantity).map((batchReference) => ({ batchReference, quantity: 1 })));
    return { claims, date: null };
  }

  /** Rules 1, 1b and 3: all dates, each with all that is there by then; the earliest that does. */
  #claimsFor(quantity: number, terms: LineTerms, own: (batch: Bought) => number): Found | undefined {
    const offers = this.#offers(terms, own);
    const whole = ({ batch: { reference: batchReference }, eta }: Offer): Found => ({
      ...{ claims: [{ batchReference, quantity }], date: eta },
    });
    const holds = ({ free }: Offer) => free >= quantity;
    if (!terms.split) return offers.filter(holds).map(whole)[0];
    for (const { eta: date } of offers) {
      const there = offers.filter(({ eta }) => (eta ?? '') <= (date ?? ''));
      if (unitsOfOffers(there) < quantity) continue;
      const single = there.find(holds);
      if (single) return whole(single);
      const taken = new Map<Bought, number>();
      let missing = quantity;
      for (const { batch, free } of there) {
        const more = Math.min(free - (taken.get(batch) ?? 0), missing);
        missing -= more;
        taken.set(batch, (taken.get(batch) ?? 0) + more);
      }
      const claims = [...taken].map(([{ reference: batchReference }, quantity]) => ({
        batchReference,
        quantity,
      }));
      return { claims: this.#inOrder(claims.filter(({ quantity }) => quantity > 0)), date };
    }
    return undefined;
  }

  #available(terms: LineTerms, own: (batch: Bought) => number): number {
    const offers = this.#offers(terms, own);
    return terms.split ? unitsOfOffers(offers) : Math.max(0, ...offers.map(({ free }) => free));
  }

  /** What comes in time, in the order of preference: of a batch that has come in part, that part, too. */
  #offers(terms: LineTerms, own: (batch: Bought) => number): Offer[] {
    const offers = this.#batches.flatMap((batch): Offer[] => [
      { batch, eta: batch.eta, free: this.#room(batch) + own(batch) },
      { batch, eta: null, free: this.#come(batch, own(batch)) },
    ]);
    const rankOf = ({ batch: { reference }, eta }: Offer) => rank({ reference, eta });
    return offers
      .filter((offer) => isBy(offer, terms) && offer.free > 0)
      .sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  }

  /** Of the part of a batch that has come, the units that nobody claims. */
  #come(batch: Bought, own: number): number {
    return batch.eta === null ? 0 : Math.max(batch.received - batch.quantity + this.#room(batch) + own, 0);
  }

  #dateOf(batch: Bought, units: number, own: number): string | null {
    return batch.eta === null || this.#come(batch, own) >= units ? null : batch.eta;
  }

  /** The claims of the order's line, and whether their units are in the warehouse. */
  claimsOf(
    orderId: string,
    wasPromisedAtOnce: boolean,
  ): readonly (DatedClaim & { readonly location: string; readonly hasCome: boolean })[] {
    const line = this.#lines.find((candidate) => candidate.orderId === orderId);
    return this.#dated(line?.claims ?? []).map((claim) => {
      const batch = this.#batch(claim.batchReference);
      const allocated = batch.quantity - this.#room(batch);
      const isForAll = batch.received >= allocated;
      const isForIt = wasPromisedAtOnce && batch.received >= claim.quantity;
      return { ...claim, location: 'main', hasCome: batch.eta === null || isForAll || isForIt };
    });
  }

  #room({ reference, quantity }: Bought): number {
    return quantity - this.#lines.reduce((sum, line) => sum + unitsOn(line, reference), 0);
  }

  #replace(line: Line, claims: readonly Claim[]): void {
    this.#lines = this.#lines.map((other) => (other.orderId === line.orderId ? { ...line, claims } : other));
  }

  #drop(line: Line, reason: 'cancelled' | 'batch-shrunk' | 'released' | 'replaced' | 'expired'): void {
    const { orderId } = line;
    this.#lines = this.#lines.filter((other) => other.orderId !== orderId);
    const { batchReference } = this.#inOrder(line.claims).at(-1)!;
    const split = line.claims.length > 1 && { claims: this.#inOrder(line.claims) };
    const data = { orderId, sku: this.sku, quantity: unitsOf(line), batchReference, reason, ...split };
    const type = isHeld(line) && reason !== 'cancelled' ? 'LineReleased' : 'LineDeallocated';
    this.#publish({ type, data: { ...data, ...this.#changed() } });
  }

  #promised({ claims }: Pick<Line, 'claims'>): Promised {
    const dated = this.#dated(claims);
    const { batchReference, eta } = dated.at(-1)!;
    const quantity = unitsOf({ claims });
    return { quantity, batchReference, eta, ...(dated.length > 1 && { claims: dated }) };
  }

  #dated(claims: readonly Claim[]): DatedClaim[] {
    return this.#inOrder(claims).map((claim) => ({ ...claim, eta: this.#batch(claim.batchReference).eta }));
  }

  #inOrder(claims: readonly Claim[]): Claim[] {
    const rankOf = ({ batchReference }: Claim) => rank(this.#batch(batchReference));
    return [...claims].sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  }

  #batch(reference: string): Bought {
    return this.#batches.find((batch) => batch.reference === reference)!;
  }

  #changed(): { productVersion: number } {
    this.#hasChanged = true;
    return { productVersion: this.version + 1 };
  }

  #publish(event: { readonly type: AllocationEvent['type']; readonly data: object }): void {
    const subject = 'orderId' in event.data && { subject: event.data.orderId };
    this.#events.push({ ...event, version: 1, key: this.sku, ...subject } as AllocationEvent);
  }
}

export function byReference(a: { readonly reference: string }, b: { readonly reference: string }): number {
  return a.reference < b.reference ? -1 : 1;
}

export function byBatch(a: Claim, b: Claim): number {
  return a.batchReference < b.batchReference ? -1 : 1;
}

const rank = ({ eta, reference }: Pick<Bought, 'eta' | 'reference'>) =>
  `${eta ?? '0000-00-00'} ${Buffer.from(reference).toString('hex')}`;
/** Of the offers of one batch the largest has the units of all. */
const unitsOfOffers = (offers: readonly Offer[]) =>
  [...new Set(offers.map(({ batch }) => batch))].reduce(
    (sum, batch) =>
      sum + Math.max(...offers.filter((offer) => offer.batch === batch).map(({ free }) => free)),
    0,
  );
export const last = (dates: readonly (string | null)[]) =>
  dates.reduce((latest, date) => ((date ?? '') > (latest ?? '') ? date : latest), null);
const isBy = ({ eta }: Pick<Offer, 'eta'>, { neededBy }: LineTerms) =>
  eta === null || neededBy === null || eta <= neededBy;
const isHeld = ({ terms }: Line) => terms.expiresAt !== null;
const unitsOf = ({ claims }: Pick<Line, 'claims'>) => claims.reduce((sum, { quantity }) => sum + quantity, 0);
const unitsOn = ({ claims }: Line, reference: string) =>
  unitsOf({ claims: claims.filter(({ batchReference }) => batchReference === reference) });

function haveSameUnits(a: readonly Claim[], b: readonly Claim[]): boolean {
  return JSON.stringify([...a].sort(byBatch)) === JSON.stringify([...b].sort(byBatch));
}

/** One claim for each batch. */
function added(claims: readonly Claim[]): Claim[] {
  return [...new Set(claims.map(({ batchReference }) => batchReference))].map((batchReference) => ({
    batchReference,
    quantity: unitsOf({ claims: claims.filter((claim) => claim.batchReference === batchReference) }),
  }));
}

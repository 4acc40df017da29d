import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import type { Lot } from '../../src/allocation/domain/lot.js';
import type { LineTerms } from '../../src/allocation/domain/order-line.js';
import { DEFAULT_POLICY, type Policy } from '../../src/allocation/domain/policy.js';
import { ModelEvents } from './events.model.js';
import {
  batchOf,
  byBatch,
  byReference,
  haveSameUnits,
  inOrder,
  isPlace,
  planFor,
  room,
  sum,
  unitsOf,
  unitsOn,
  type Bought,
  type Line,
  type Place,
  type Plan,
  type Shelf,
  type Short,
  type Wish,
} from './placement.model.js';
import {
  minute,
  receiptIdOf,
  toTerms,
  type Answer,
  type Claim,
  type Command,
  type DatedClaim,
  type Group,
  type Promised,
} from './product.commands.js';
import { termsPicture, type BatchPicture, type Picture } from './product.picture.js';
import { byPlace, channelOf, nextServed, type Waiting } from './queue.model.js';

/** What a line becomes: as it was promised before, if it is there, and otherwise by the date of its plan. */
type Changed = Omit<Place, 'date'> & { readonly date?: string | null };

/**
 * The rules of allocation once more, written without a thought for speed: batches in a list, lines in a list in
 * the order of allocation, those that wait in another, everything counted again each time.
 */
export class ModelProduct {
  readonly sku: string;
  readonly #events: ModelEvents;
  readonly #batches: Bought[] = [];
  #lines: Line[] = [];
  #waiting: Waiting[] = [];
  #policy = DEFAULT_POLICY;
  #lastChannel: string | undefined;
  #ages = 0;
  #now = new Date(0);

  constructor(sku: string) {
    this.sku = sku;
    this.#events = new ModelEvents(sku);
  }

  /** Answers a group of commands in one transaction. */
  transact(group: Group, now: Date): { answers: Answer[]; events: AllocationEvent[] } {
    this.begin(now);
    const answers = group.map((command) => this.ask(command));
    return { answers, events: this.commit() };
  }

  /** Rule 11: a hold ends by the clock, also if its line only waits. */
  begin(now: Date): void {
    this.#now = now;
    this.#events.begin();
    const hasEnded = ({ terms: { expiresAt } }: Wish | Line) => expiresAt !== null && expiresAt <= now;
    for (const line of this.#lines.filter(hasEnded)) this.#drop(line, 'expired');
    for (const line of this.#waiting.filter(hasEnded).sort(byPlace)) this.#withdraw(line, 'expired');
    this.#serve();
  }

  commit(): AllocationEvent[] {
    return this.#events.commit();
  }

  get isKnown(): boolean {
    return this.#batches.length > 0;
  }

  get picture(): Picture {
    const batches = this.#batches.map(({ received, lot, entered: _, ...batch }): BatchPicture => {
      const claimed = (lines: readonly Line[]) => sum(lines.map((line) => unitsOn(line, batch.reference)));
      const held = claimed(this.#lines.filter(isHeld));
      const allocated = claimed(this.#lines);
      const isPlain = lot.location === 'main' && lot.bestBefore === null && !lot.blocked;
      const some = { ...(held > 0 && { held }), ...(received > 0 && { received }), ...(!isPlain && { lot }) };
      return { ...batch, allocated, ...some };
    });
    return {
      version: this.#events.version,
      batches: batches.sort(byReference),
      lines: this.#lines.map(({ orderId, promisedDate, terms, claims }) => ({
        ...{ orderId, promisedDate, terms: termsPicture(terms), mayWait: terms.mayWait === true },
        claims: [...claims].sort(byBatch),
      })),
      waiting: [...this.#waiting].sort(byPlace).map(({ orderId, quantity, promisedDate, terms }) => ({
        ...{ orderId, quantity, promisedDate, terms: termsPicture(terms) },
        channel: channelOf({ terms }),
      })),
      orderIds: [...this.#lines, ...this.#waiting].sort(byAge).map(({ orderId }) => orderId),
      policy: this.#policy,
      lastChannel: this.#lastChannel ?? null,
    };
  }

  ask(command: Command): Answer {
    switch (command.ask) {
      case 'allocate':
        return this.#allocate({ ...command, terms: toTerms(command) });
      case 'amend':
        return this.#amend({ ...command, terms: toTerms(command) });
      case 'deallocate':
        if (this.release(command.orderId, 'released')) return 'done';
        return { refused: 'unknown-allocation', facts: { orderId: command.orderId, sku: this.sku } };
      case 'add':
        return this.#add(command);
      case 'change lot':
        return this.#changeLot(this.#batch(command.reference), command);
      case 'move':
        return this.#move(this.#batch(command.reference), command.location);
      case 'change quantity':
        return this.#changeQuantity(this.#batch(command.reference), command.quantity);
      case 'receive':
        return this.#receive(command);
      case 'reschedule':
        return this.#reschedule(this.#batch(command.reference), command.eta);
      case 'note overdue':
        return this.#noteOverdue(this.#batch(command.reference), command.today);
      case 'set policy':
        return this.#setPolicy(command.policy);
    }
  }

  #allocate({ orderId, quantity, terms }: Wish): Answer {
    if (!this.isKnown) return { refused: 'unknown-sku', facts: { sku: this.sku } };
    const standing = this.lineOf(orderId) ?? this.waitingOf(orderId);
    if (standing && standing.quantity !== quantity) {
      const facts = { orderId, sku: this.sku, requested: quantity, allocated: standing.quantity };
      return { refused: 'allocation-conflict', facts };
    }
    return standing ? this.answer(orderId, false) : this.#change({ orderId, quantity, terms });
  }

  #amend({ terms, ...wish }: Wish): Answer {
    if (!this.isKnown) return { refused: 'unknown-sku', facts: { sku: this.sku } };
    const isFirm = this.lineOf(wish.orderId) && this.termsOf(wish.orderId).expiresAt === null;
    return this.#change({ ...wish, terms: isFirm ? { ...terms, expiresAt: null } : terms });
  }

  /** The line gets what it asks for, or waits for it if it may. */
  #change(wish: Wish): Answer {
    const { orderId, quantity, terms } = wish;
    const isNew = !this.lineOf(orderId) && !this.waitingOf(orderId);
    const plan = this.plan(orderId, quantity, terms);
    if (isPlace(plan)) this.carryOut(plan);
    else if (terms.mayWait) this.wait(plan);
    else return this.refuse(plan);
    return this.answer(orderId, isNew);
  }

  /** What is answered to those who ask for a line that stands. */
  answer(orderId: string, isNew: boolean): Answer {
    const line = this.lineOf(orderId);
    return line ? { ...line, isNew } : { isNew, waiting: this.waitingOf(orderId)!.quantity };
  }

  /** @returns whether the order had a line, be it that it waited */
  release(orderId: string, reason: 'released' | 'replaced'): boolean {
    const line = this.#line(orderId);
    const waiting = this.waitingOf(orderId);
    if (line) this.#drop(line, isHeld(line) ? reason : 'cancelled');
    if (waiting) this.#withdraw(waiting, reason);
    this.#serve();
    return (line ?? waiting) !== undefined;
  }

  lineOf(orderId: string): Promised | undefined {
    const line = this.#line(orderId);
    return line && this.#promised(line);
  }

  waitingOf(orderId: string): Waiting | undefined {
    return this.#waiting.find((candidate) => candidate.orderId === orderId);
  }

  /** The day that the order's line was promised first; undefined: none yet. */
  promisedDateOf(orderId: string): string | null | undefined {
    return (this.#line(orderId) ?? this.waitingOf(orderId))?.promisedDate;
  }

  termsOf(orderId: string): LineTerms {
    return (this.#line(orderId) ?? this.waitingOf(orderId)!).terms;
  }

  #add({ reference, quantity, eta, lot, registeredAt }: Extract<Command, { ask: 'add' }>): Answer {
    if (this.#batches.some((batch) => batch.reference === reference)) return 'done';
    this.#batches.push({ reference, quantity, eta, received: 0, lot, entered: minute(registeredAt) });
    return this.#changed();
  }

  /** What is claimed stays claimed. */
  #changeLot(batch: Bought, change: Partial<Pick<Lot, 'bestBefore' | 'blocked' | 'location'>>): Answer {
    const { location, bestBefore, blocked } = { ...batch.lot, ...change };
    const lot = { location, bestBefore, blocked };
    if (JSON.stringify(lot) === JSON.stringify(batch.lot)) return 'done';
    batch.lot = lot;
    return this.#changed();
  }

  #move(batch: Bought, location: string): Answer {
    const claimed = sum(this.#unitsWaitingFor(batch.reference));
    if (location !== batch.lot.location && claimed > 0)
      return { refused: 'batch-claimed', facts: { reference: batch.reference, claimed } };
    return this.#changeLot(batch, { location });
  }

  /** Rule 6: holds leave first, lower priority before higher, the newest first; they come back the other way round. */
  #changeQuantity(batch: Bought, quantity: number): Answer {
    if (batch.quantity === quantity) return 'done';
    batch.quantity = quantity;
    batch.received = Math.min(batch.received, quantity);
    this.#events.noteChange();
    const left: Line[] = [];
    while (room(this.#shelf, batch) < 0) {
      const onIt = this.#lines.filter((line) => unitsOn(line, batch.reference) > 0);
      const some = onIt.some(isHeld) ? onIt.filter(isHeld) : onIt;
      const lowest = Math.min(...some.map(({ terms }) => terms.priority));
      const line = some.findLast(({ terms }) => terms.priority === lowest)!;
      left.unshift(line);
      this.#replace(line, []);
    }
    for (const line of left) this.#placeAgain(line);
    return this.#changed();
  }

  /** Rule 14: no line moves. More than was still to come makes the batch larger. */
  #receive(command: Extract<Command, { ask: 'receive' }>): Answer {
    const { reference: batchReference, quantity } = command;
    const batch = this.#batch(batchReference);
    const outstanding = batch.eta === null ? 0 : batch.quantity - batch.received;
    const overReceived = Math.max(quantity - outstanding, 0);
    if (batch.eta !== null && batch.received === 0) batch.entered = this.#now;
    batch.quantity += overReceived;
    batch.received += quantity;
    if (batch.eta === null || batch.received === batch.quantity)
      Object.assign(batch, { eta: null, received: 0 });
    const [onHand, missing] = [batch.eta === null ? batch.quantity : batch.received, 0];
    const figures = { quantity, rejected: 0, overReceived, missing, onHand };
    const facts = { batchReference, receiptId: receiptIdOf(command), ...figures };
    this.#events.publish('BatchReceived', { ...facts, outstanding: batch.quantity - onHand });
    return this.#changed();
  }

  #setPolicy(policy: Policy): Answer {
    if (!this.isKnown) return { refused: 'unknown-sku', facts: { sku: this.sku } };
    if (JSON.stringify(policy) === JSON.stringify(this.#policy)) return 'done';
    this.#policy = policy;
    this.#events.publish('PolicyChanged', policy);
    return this.#changed();
  }

  /** Rules 6 and 6b. What was promised is not taken away by a protection. */
  #placeAgain(line: Line): void {
    const { orderId, terms } = line;
    const wish = { orderId, quantity: unitsOf(line), terms };
    const plan = planFor(this.#shelf, undefined, wish, { mayTakeProtected: true });
    if (!isPlace(plan)) {
      if (terms.mayWait) this.#queue(wish, line, 'batch-shrunk');
      else this.#drop(line, 'batch-shrunk');
      this.refuse({ ...plan, earliest: null });
      return;
    }
    const { claims } = plan;
    this.#replace(line, claims);
    if (haveSameUnits(claims, line.claims)) return;
    const { claims: _, ...promised } = this.lineOf(orderId)!;
    const previousClaims = inOrder(this.#shelf, line.claims);
    const previousBatchReference = previousClaims.at(-1)!.batchReference;
    const isSplit = claims.length + line.claims.length > 2;
    const split = isSplit && { claims: this.#dated(claims), previousClaims };
    const facts = { orderId, ...promised, previousBatchReference, reason: 'batch-shrunk', ...split };
    this.#events.publish('LineReallocated', { ...facts, ...fromHold(line) });
  }

  #reschedule(batch: Bought, eta: string | null): Answer {
    const { reference: batchReference, eta: previousEta } = batch;
    if (previousEta === eta) return 'done';
    if (eta === null) batch.received = 0;
    batch.eta = eta;
    const waiting = this.#unitsWaitingFor(batchReference);
    if (eta !== null && waiting.length > 0) {
      const facts = { batchReference, previousEta, eta, lines: waiting.length, units: sum(waiting) };
      this.#events.publish('PromisesChanged', { ...facts, orderIds: this.#ordersOn(batchReference) });
    }
    return this.#changed();
  }

  /** Each date of a batch that passes while lines wait is published once. */
  #noteOverdue(batch: Bought, today: string): Answer {
    const { reference: batchReference, eta } = batch;
    const waiting = this.#unitsWaitingFor(batchReference);
    if (eta === null || eta >= today || waiting.length === 0 || batch.overdueNoted === eta) return 'done';
    batch.overdueNoted = eta;
    const facts = { batchReference, eta, lines: waiting.length, units: sum(waiting) };
    this.#events.publish('BatchOverdue', facts);
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

  /** What the order's line would get. In a strict queue nobody behind another gets more units than they have. */
  plan(orderId: string, quantity: number, terms: LineTerms): Plan {
    const line = this.#line(orderId);
    const wish = { orderId, quantity, terms };
    const plan = planFor(this.#shelf, line, wish);
    const had = line ? unitsOf(line) : 0;
    const { age = Infinity } = line ?? this.waitingOf(orderId) ?? {};
    const others = this.#waiting.filter((other) => other.orderId !== orderId);
    const isBehind = others.some((other) => byPlace(other, { age, terms }) < 0);
    if (this.#policy.backorders !== 'strict' || !isBehind || quantity <= had) return plan;
    return { ...wish, available: Math.min(had, isPlace(plan) ? quantity : plan.available), earliest: null };
  }

  /** The line gets what was planned, and waits no longer. It is as old as before, and keeps its first date. */
  carryOut({ orderId, terms, claims, ...plan }: Changed): void {
    const before = this.#line(orderId);
    const waiting = this.waitingOf(orderId);
    const { age = ++this.#ages } = before ?? waiting ?? {};
    const dates = [plan.promisedDate, before?.promisedDate, waiting?.promisedDate, plan.date!];
    const promisedDate = dates.find((date) => date !== undefined)!;
    const line = { orderId, terms, claims, promisedDate, age };
    const isAs = (other: LineTerms) =>
      terms.split === other.split && terms.neededBy === other.neededBy && terms.priority === other.priority;
    const facts = { orderId, ...this.#promised(line) };
    const endsAt = terms.expiresAt?.toISOString();
    if (before && !(haveSameUnits(claims, before.claims) && isAs(before.terms))) {
      const { batchReference, eta, quantity } = facts;
      const its = { orderId, batchReference, eta, quantity, claims: inOrder(this.#shelf, claims) };
      this.#events.publish('LineAmended', { ...its, ...this.#previous(before) });
    }
    if (before?.terms.expiresAt?.toISOString() !== endsAt || !before) {
      const from = before ? fromHold(before) : waiting && { from: 'backorder' };
      const data = { ...facts, ...(endsAt && { expiresAt: endsAt }), ...from };
      this.#events.publish(endsAt ? 'LineHeld' : 'LineAllocated', data);
    }
    const kept = ({ mayWait = false, locations }: LineTerms) => JSON.stringify([mayWait, locations]);
    if (before && kept(before.terms) !== kept(terms)) this.#events.noteChange();
    this.#remove(orderId);
    this.#lines = [...this.#lines, line].sort(byAge);
    this.#serve();
  }

  /**
   * The line waits, and gives back what it claims.
   * @param promisedDate that it was promised before; left out: that of the line as it is
   */
  wait(short: Short, promisedDate?: string | null): void {
    const isNew = !this.waitingOf(short.orderId);
    this.#queue(short, this.#line(short.orderId), 'short', promisedDate);
    if (isNew) this.refuse(short);
    this.#serve();
  }

  /** A line that waits is asked for on other terms. */
  amendWaiting(orderId: string, terms: LineTerms): void {
    this.#queue({ ...this.waitingOf(orderId)!, terms }, undefined, 'amended');
    this.#serve();
  }

  #queue(
    { orderId, quantity, terms }: Wish,
    line: Line | undefined,
    reason: 'short' | 'amended' | 'batch-shrunk',
    first?: string | null,
  ): void {
    const before = this.waitingOf(orderId);
    const { age = ++this.#ages } = line ?? before ?? {};
    const promisedDate = [first, line?.promisedDate, before?.promisedDate].find((date) => date !== undefined);
    const waiting = { orderId, quantity, terms, age, ...(promisedDate !== undefined && { promisedDate }) };
    const facts = (its: Wish) => JSON.stringify([its.quantity, termsPicture(its.terms), channelOf(its)]);
    if (before && facts(before) === facts(waiting)) return;
    const { locations: _, ...told } = {
      ...termsPicture(terms),
      expiresAt: terms.expiresAt?.toISOString() ?? null,
    };
    const why = before ? 'amended' : reason;
    const data = { orderId, quantity, reason: why, ...told, ...(line && this.#previous(line)) };
    this.#events.publish('LineBackordered', data);
    this.#remove(orderId);
    this.#waiting.push(waiting);
  }

  refuse(short: Short): Answer {
    return this.#events.refuse(short);
  }

  /** The claims of the order's line, and whether their units are in the warehouse. */
  claimsOf(
    orderId: string,
    wasPromisedAtOnce: boolean,
  ): readonly (DatedClaim & { readonly location: string; readonly hasCome: boolean })[] {
    return this.#dated(this.#line(orderId)?.claims ?? []).map((claim) => {
      const batch = this.#batch(claim.batchReference);
      const isForAll = batch.received >= batch.quantity - room(this.#shelf, batch);
      const isForIt = wasPromisedAtOnce && batch.received >= claim.quantity;
      const { location } = batch.lot;
      return { ...claim, location, hasCome: batch.eta === null || isForAll || isForIt };
    });
  }

  /** Rule 12: one after the other, as long as somebody can be met. */
  #serve(): void {
    const planOf = (line: Waiting) => planFor(this.#shelf, undefined, line);
    const fits = (line: Waiting) => isPlace(planOf(line));
    const next = nextServed(this.#waiting, this.#policy, this.#lastChannel, fits);
    if (!next) return;
    if (this.#policy.backorders === 'fair-share') this.#lastChannel = channelOf(next);
    this.carryOut(planOf(next) as Place);
  }

  get #shelf(): Shelf {
    return {
      batches: this.#batches,
      lines: this.#lines,
      policy: this.#policy,
      today: this.#now.toISOString().slice(0, 10),
    };
  }

  #replace(line: Line, claims: readonly Claim[]): void {
    this.#lines = this.#lines.map((other) => (other.orderId === line.orderId ? { ...line, claims } : other));
  }

  #remove(orderId: string): void {
    this.#lines = this.#lines.filter((line) => line.orderId !== orderId);
    this.#waiting = this.#waiting.filter((line) => line.orderId !== orderId);
  }

  #drop(line: Line, reason: 'cancelled' | 'batch-shrunk' | 'released' | 'replaced' | 'expired'): void {
    const { orderId } = line;
    this.#remove(orderId);
    const claims = inOrder(this.#shelf, line.claims);
    const { batchReference } = claims.at(-1)!;
    const split = claims.length > 1 && { claims };
    const type = isHeld(line) && reason !== 'cancelled' ? 'LineReleased' : 'LineDeallocated';
    this.#events.publish(type, { orderId, quantity: unitsOf(line), batchReference, reason, ...split });
  }

  #withdraw({ orderId, quantity, terms }: Waiting, reason: 'released' | 'replaced' | 'expired'): void {
    this.#remove(orderId);
    const why = terms.expiresAt === null ? 'cancelled' : reason;
    this.#events.publish('BackorderEnded', { orderId, quantity, reason: why });
  }

  #previous(line: Line): object {
    const previousClaims = inOrder(this.#shelf, line.claims);
    return { previousQuantity: unitsOf(line), previousClaims, ...fromHold(line) };
  }

  #promised({ claims }: Pick<Line, 'claims'>): Promised {
    const dated = this.#dated(claims);
    const { batchReference, eta } = dated.at(-1)!;
    const quantity = unitsOf({ claims });
    return { quantity, batchReference, eta, ...(dated.length > 1 && { claims: dated }) };
  }

  #dated(claims: readonly Claim[]): DatedClaim[] {
    return inOrder(this.#shelf, claims).map((claim) => ({
      ...claim,
      eta: this.#batch(claim.batchReference).eta,
    }));
  }

  #line(orderId: string): Line | undefined {
    return this.#lines.find((line) => line.orderId === orderId);
  }

  #batch(reference: string): Bought {
    return batchOf(this.#shelf, reference);
  }

  /** Whatever has changed, units may have become free. */
  #changed(): Answer {
    this.#events.noteChange();
    this.#serve();
    return 'done';
  }
}

const byAge = (a: Pick<Line, 'age'>, b: Pick<Line, 'age'>) => a.age - b.age;
const isHeld = ({ terms }: Pick<Line, 'terms'>) => terms.expiresAt !== null;
const fromHold = (line: Line) => isHeld(line) && { from: 'hold' };

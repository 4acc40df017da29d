import { Batch } from './batch.js';
import { isHeld, claimsOf, leavingOrder, termsOf, unitsOn, type AllocatedLine } from './allocated-line.js';
import { offersOf, type Offer } from './offer.js';
import { dayNeeded, lastUsableDay, type Lot } from './lot.js';
import { LoadedPolicy } from './loaded-policy.js';
import { NotLoaded } from './not-loaded.js';
import type { Policy } from './policy.js';
import { inOrderOf, rankOf } from './preference.js';
import { isEnded, type Allocation, type Claim, type LineTerms } from './order-line.js';
import {
  NAMED_ORDERS,
  type ChangedBatch,
  type LoadedPart,
  type ProductChanges,
  type ProductState,
} from './product-state.js';

const LONG_AGO = '0001-01-01';

/**
 * The loaded part of a product, and what has changed in it. It never takes what was not loaded for something that does
 * not exist.
 */
export class LoadedProduct {
  readonly #sku: string;
  readonly #loaded: LoadedPart;
  readonly #batches: Batch[];
  /** Batches of which a part has come. */
  readonly #partlyReceived: Set<Batch>;
  #offers: readonly Offer[] | undefined;
  readonly #lines: Map<string, AllocatedLine>;
  readonly #changedBatches = new Set<Batch>();
  readonly #changedLines = new Map<string, AllocatedLine | null>();
  /** Lines that had changed by a moment from which on changes count as saved. */
  readonly #settledLines = new Set<string>();
  #splitBefore: ReadonlySet<string>;
  readonly #addedBatches = new Set<string>();
  /** By batch: lines added since it was loaded, less those that have left. */
  readonly #addedLines = new Map<string, number>();
  #version: number;
  /** `YYYY-MM-DD` in the time zone of the service. */
  readonly today: string;
  readonly #policy: LoadedPolicy;
  #lastSequence: number;
  #revision = 0;

  constructor({ sku, version, lastSequence, batches, lines, loaded, policy, today }: ProductState) {
    this.#sku = sku;
    this.today = today ?? LONG_AGO;
    this.#policy = new LoadedPolicy(policy, this.today);
    this.#loaded = loaded;
    this.#version = version;
    this.#lastSequence = lastSequence;
    this.#batches = batches.map((batch) => new Batch(batch)).sort(this.#inOrder);
    this.#partlyReceived = new Set(this.#batches.filter(({ isPartlyReceived }) => isPartlyReceived));
    this.#lines = new Map(lines.map((line) => [line.orderId, this.#inOrderOfBatches(line)]));
    this.#splitBefore = this.#splitOrders;
  }

  /** In the order of preference (rule 3). */
  get batches(): readonly Batch[] {
    return this.#batches;
  }

  /** Raised by a store that saves what has changed (rule 8). */
  get version(): number {
    return this.#version;
  }

  /** Whether a batch of it was ever registered. */
  get isKnown(): boolean {
    return this.#version > 0 || this.#batches.length > 0;
  }

  /** Makes it what it would be if its changes had been saved, with those of its queue if `isChanged`. */
  settle({ isChanged }: { readonly isChanged: boolean }): void {
    if (isChanged) this.#version++;
    this.#revision = 0;
    this.#changedBatches.clear();
    for (const orderId of this.#changedLines.keys()) this.#settledLines.add(orderId);
    this.#changedLines.clear();
    this.#policy.settle();
    this.#splitBefore = this.#splitOrders;
  }

  /** What its batches offer, in the order of preference. */
  get offers(): readonly Offer[] {
    // Nearly all products have no such batch, and pay nothing for it.
    if (this.#partlyReceived.size === 0) return this.#batches;
    return (this.#offers ??= offersOf(this.#batches, this.policy.preference));
  }

  get policy(): Policy {
    return this.#policy.current;
  }

  /** Days that units have to keep after the day on which they are needed. */
  get minimumShelfLifeDays(): number {
    return this.#policy.current.minimumShelfLifeDays;
  }

  /** Sets the policy, and gives the open batches their places by it. */
  changePolicy(policy: Policy): void {
    const { preference, minimumShelfLifeDays } = this.policy;
    this.#revision++;
    this.#policy.change(policy);
    if (preference === policy.preference && minimumShelfLifeDays === policy.minimumShelfLifeDays) return;
    this.#rearrange();
    for (const batch of this.#batches) this.touch(batch);
  }

  /**
   * Units that a line of the channel may claim in all: others are protected for other channels.
   * @throws {NotLoaded} if an open batch may be missing here
   */
  unitsFor(channel: string | null): number {
    const others = this.#policy.unitsProtectedFrom(channel);
    if (others === 0) return Infinity;
    this.requireEveryOpenBatch('What is protected');
    return this.usableUnits - others;
  }

  /** Units of the batches that are here which a line could be promised. */
  get usableUnits(): number {
    return this.#batches.reduce((sum, batch) => (this.isUsable(batch) ? sum + batch.available : sum), 0);
  }

  /**
   * Whether a line could be promised units of the batch.
   * @param neededBy `YYYY-MM-DD`; null: as soon as the batch comes
   */
  isUsable(batch: Batch, neededBy: string | null = null): boolean {
    return batch.isUsable(dayNeeded(neededBy, batch.eta, this.today), this.minimumShelfLifeDays);
  }

  /** Raised by every change. */
  get revision(): number {
    return this.#revision;
  }

  get changes(): Omit<ProductChanges, 'queue'> {
    return {
      lastSequence: this.#lastSequence,
      batches: [...this.#changedBatches].map((batch) => this.#toStore(batch)),
      lines: [...this.#changedLines.values()].filter((line) => line !== null),
      goneOrderIds: [...this.#changedLines].filter(([, line]) => line === null).map(([orderId]) => orderId),
      splitBefore: [...this.#splitBefore].filter((orderId) => this.#changedLines.has(orderId)),
      ...this.#policy.changes,
    };
  }

  /** @throws {NotLoaded} if an open batch may be missing here */
  requireEveryOpenBatch(why: string): void {
    if (!this.#loaded.hasEveryOpenBatch) throw new NotLoaded(why);
  }

  /** @throws {NotLoaded} if it may exist and is not here */
  findBatch(reference: string): Batch | undefined {
    const batch = this.#batches.find((candidate) => candidate.reference === reference);
    if (!batch && !this.#loaded.hasBatch(reference)) throw new NotLoaded(`Batch ${reference}`);
    return batch;
  }

  /** @throws {NotLoaded | Error} if it is not here: a programming error, since `batches` registers a batch first */
  batch(reference: string): Batch {
    const batch = this.findBatch(reference);
    if (!batch) throw new Error(`Product ${this.#sku} has no batch ${reference}.`);
    return batch;
  }

  /** @throws {NotLoaded} if it may exist and is not here */
  lineOf(orderId: string): AllocatedLine | undefined {
    const line = this.#lines.get(orderId);
    if (!line && !this.#loaded.hasOrder(orderId)) throw new NotLoaded(`The line of order ${orderId}`);
    return line;
  }

  isPartOfOrder(orderId: string): boolean {
    return this.#loaded.isPartOfOrder?.(orderId) ?? false;
  }

  /**
   * How many lines claim units of the batch.
   * @throws {NotLoaded} if they were not counted
   */
  linesOn(reference: string): number {
    const loaded = this.#loaded.linesOn?.(reference);
    if (loaded === undefined) throw new NotLoaded(`The number of lines of batch ${reference}`);
    return loaded + (this.#addedLines.get(reference) ?? 0);
  }

  /** The orders whose lines would leave the batch last, the last first: `NAMED_ORDERS` at most. */
  ordersOn(reference: string): readonly string[] {
    const loaded = this.#loaded.lastToLeave?.(reference) ?? [];
    const places = new Map(
      loaded
        .filter(({ orderId }) => !this.#hasChanged(orderId))
        .map(({ orderId, place }) => [orderId, place]),
    );
    for (const line of this.#lines.values())
      if (unitsOn(line, reference) > 0) places.set(line.orderId, leavingOrder(line));
    const last = [...places].sort(([, a], [, b]) => b - a).slice(0, NAMED_ORDERS);
    return last.map(([orderId]) => orderId);
  }

  #hasChanged(orderId: string): boolean {
    return this.#changedLines.has(orderId) || this.#settledLines.has(orderId);
  }

  /** The line with the dates of the batches that it claims units of. */
  allocation({ orderId, quantity, sequence, batchReference, claims }: AllocatedLine): Allocation {
    const { eta } = this.batch(batchReference);
    const allocation = { orderId, sku: this.#sku, quantity, batchReference, eta, sequence };
    const dated = claims?.map((claim) => ({ ...claim, eta: this.batch(claim.batchReference).eta }));
    return dated ? { ...allocation, claims: dated } : allocation;
  }

  /** The day that the line was promised first (rule 7b); null: at once. */
  promisedDate({ promisedDate, batchReference, sequence }: AllocatedLine): string | null {
    return promisedDate === undefined ? this.batch(batchReference).promisedAt(sequence) : promisedDate;
  }

  /** The lines of the product that are here. */
  get lines(): Iterable<AllocatedLine> {
    return this.#lines.values();
  }

  /** The lines that are here and whose hold has ended, in the order in which they were allocated. */
  endedHolds(now: Date): AllocatedLine[] {
    const hasEnded = ({ terms }: AllocatedLine) => terms !== undefined && isEnded(terms, now);
    return [...this.#lines.values()].filter(hasEnded).sort((a, b) => a.sequence - b.sequence);
  }

  /**
   * The lines that have to leave the batch so that the rest fits `quantity`, in the leaving order.
   * @throws {NotLoaded} if too few of the lines that leave first are here
   */
  leavingLines(quantity: number, { reference, allocated }: Batch): AllocatedLine[] {
    const upTo = this.#leavingLinesUpTo(reference);
    const candidates = [...this.#lines.values()]
      .filter((line) => unitsOn(line, reference) > 0 && leavingOrder(line) <= upTo)
      .sort((a, b) => leavingOrder(a) - leavingOrder(b));
    const leaving: AllocatedLine[] = [];
    let remaining = allocated;
    for (const line of candidates) {
      if (remaining <= quantity) break;
      leaving.push(line);
      remaining -= unitsOn(line, reference);
    }
    if (remaining > quantity) throw new NotLoaded(`Enough of the lines that leave batch ${reference} first`);
    return leaving;
  }

  /** Whether every line that claims units of the batch is here. */
  hasEveryLineOf(reference: string): boolean {
    return this.#leavingLinesUpTo(reference) === Infinity;
  }

  #leavingLinesUpTo(reference: string): number {
    return this.#addedBatches.has(reference) ? Infinity : this.#loaded.leavingLinesUpTo(reference);
  }

  /** The claims in the order in which lines prefer their batches. */
  inOrder(claims: readonly Claim[]): Claim[] {
    const places = new Map(this.#batches.map(({ reference }, place) => [reference, place]));
    return claims.toSorted((a, b) => places.get(a.batchReference)! - places.get(b.batchReference)!);
  }

  addBatch(batch: Batch): void {
    this.#addedBatches.add(batch.reference);
    this.#batches.push(batch);
    this.#sortBatches();
    this.touch(batch);
  }

  /** Gives the batch its new date, and its new place in the order of preference. */
  rescheduleBatch(batch: Batch, eta: string | null): void {
    batch.reschedule(eta, this.#lastSequence);
    this.#rearrange();
    this.touch(batch);
  }

  changeLot(batch: Batch, lot: Lot): void {
    batch.changeLot(lot);
    this.#rearrange();
    this.touch(batch);
  }

  /** The first units of the batch have come. */
  enter(batch: Batch, at: Date): void {
    batch.enter(at);
    this.#rearrange();
    this.touch(batch);
  }

  /** Records that the batch has changed. */
  touch(batch: Batch): void {
    this.#revision++;
    this.#changedBatches.add(batch);
    if (batch.isPartlyReceived === this.#partlyReceived.has(batch)) return;
    this.#partlyReceived[batch.isPartlyReceived ? 'add' : 'delete'](batch);
    this.#offers = undefined;
  }

  /** The next place in the order in which lines are allocated. */
  nextSequence(): number {
    return ++this.#lastSequence;
  }

  /** The line claims its units. If it is here already, it has to be released before. */
  claim(line: AllocatedLine): void {
    const areHeld = isHeld(line);
    if (line.claims === undefined) this.#count(line.batchReference, line.quantity, areHeld);
    else
      for (const { batchReference, quantity } of line.claims) this.#count(batchReference, quantity, areHeld);
    this.#put(line);
  }

  /** The order of the line has another channel, in which the line waits if it has to. With a claim none is stored. */
  noteChannel(line: AllocatedLine, terms: LineTerms): void {
    if (terms.mayWait) this.#lines.set(line.orderId, { ...line, terms });
  }

  /** The line gives its units back; it has to claim again, or to be removed. */
  release(line: AllocatedLine): void {
    const areHeld = isHeld(line);
    for (const { batchReference, quantity } of claimsOf(line))
      this.#count(batchReference, -quantity, areHeld);
  }

  /**
   * Puts another line in the place of one, whose batches were changed by themselves.
   * @param before undefined: there was none
   * @param after undefined: it is gone
   * @param claims those that were changed
   */
  replace(
    before: AllocatedLine | undefined,
    after: AllocatedLine | undefined,
    claims: readonly Claim[],
  ): void {
    for (const { batchReference } of claims) {
      const wasOn = before !== undefined && unitsOn(before, batchReference) > 0;
      const isOn = after !== undefined && unitsOn(after, batchReference) > 0;
      const added = this.#addedLines.get(batchReference) ?? 0;
      this.#addedLines.set(batchReference, added + Number(isOn) - Number(wasOn));
      this.touch(this.batch(batchReference));
    }
    const line = after ?? before;
    if (!line || after === before) return;
    if (after) this.#put(after);
    else this.remove(line);
  }

  /** Removes a line that was released. */
  remove({ orderId }: AllocatedLine): void {
    this.#lines.delete(orderId);
    this.#changedLines.set(orderId, null);
  }

  get #splitOrders(): ReadonlySet<string> {
    return new Set([...this.lines].flatMap(({ orderId, claims }) => (claims ? orderId : [])));
  }

  #sortBatches(): void {
    this.#batches.sort(this.#inOrder);
    this.#offers = undefined;
  }

  get #inOrder() {
    return inOrderOf(this.policy.preference);
  }

  /** Batches have other places in the order of preference. */
  #rearrange(): void {
    this.#sortBatches();
    for (const [orderId, line] of this.#lines) this.#lines.set(orderId, this.#inOrderOfBatches(line));
  }

  /** The batch with its place, unless it has none by its product or by its lot: nearly all have none. */
  #toStore({ state }: Batch): ChangedBatch {
    const { preference, minimumShelfLifeDays } = this.policy;
    const isPlain = preference === 'eta' && state.lot === undefined && state.enteredAt === undefined;
    if (isPlain && !this.#policy.hasChanged) return state;
    const rank = preference === 'eta' ? null : rankOf(state, preference);
    const usableUntil = state.lot ? lastUsableDay(state.lot, minimumShelfLifeDays) : null;
    return { ...state, index: { rank, usableUntil } };
  }

  /** A line that was promised what its batch says needs no day of its own, unless one of several batches may come last. */
  #put(line: AllocatedLine): void {
    const kept = line.promisedDate === undefined ? line : this.#withPromise(line);
    this.#lines.set(line.orderId, kept);
    this.#changedLines.set(line.orderId, kept);
  }

  #withPromise(line: AllocatedLine): AllocatedLine {
    const { promisedDate, ...withoutOwn } = line;
    const { neededBy } = termsOf(line);
    // A line that is needed before it was promised is found among those with a day of their own once it is late.
    const isNeededFirst = neededBy !== null && promisedDate !== null && neededBy < promisedDate!;
    if (!line.claims && !isNeededFirst && this.promisedDate(withoutOwn) === promisedDate) return withoutOwn;
    for (const { batchReference } of claimsOf(line)) this.batch(batchReference).noteOtherPromise();
    return line;
  }

  /** Another date of a batch may have changed which of the claims of a split line comes last. */
  #inOrderOfBatches(line: AllocatedLine): AllocatedLine {
    if (!line.claims) return line;
    const claims = this.inOrder(line.claims);
    const promisedDate = this.promisedDate(line);
    return { ...line, batchReference: claims.at(-1)!.batchReference, claims, promisedDate };
  }

  #count(reference: string, units: number, areHeld: boolean): void {
    const batch = this.batch(reference);
    batch.claim(units, { areHeld });
    this.#addedLines.set(reference, (this.#addedLines.get(reference) ?? 0) + Math.sign(units));
    this.touch(batch);
  }
}

import type { Steps } from '../../kernel/domain/steps.js';
import type { Batch } from './batch.js';
import { isHeld, claimsOf, termsOf, unitsOn, type AllocatedLine } from './allocated-line.js';
import type { Offer } from './offer.js';
import { dayNeeded, type Lot } from './lot.js';
import { LoadedBatches } from './loaded-batches.js';
import { LoadedLines } from './loaded-lines.js';
import { LoadedPolicy } from './loaded-policy.js';
import { NotLoaded } from './not-loaded.js';
import type { Policy } from './policy.js';
import type { Allocation, Claim, LineTerms } from './order-line.js';
import type { LoadedPart, ProductChanges, ProductState } from './product-state.js';

const LONG_AGO = '0001-01-01';

/**
 * The loaded part of a product, and what has changed in it. It never takes what was not loaded for something that does
 * not exist.
 */
export class LoadedProduct {
  readonly #sku: string;
  readonly #loaded: LoadedPart;
  readonly #batches: LoadedBatches;
  /** The lines of the product that are here. */
  readonly lines: LoadedLines;
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
    this.#batches = new LoadedBatches(batches, this.#policy);
    this.lines = new LoadedLines(
      lines.map((line) => this.#inOrderOfBatches(line)),
      loaded,
    );
  }

  /** In the order of preference (rule 3). */
  get batches(): readonly Batch[] {
    return this.#batches.all;
  }

  /** Raised by a store that saves what has changed (rule 8). */
  get version(): number {
    return this.#version;
  }

  /** Whether a batch of it was ever registered. */
  get isKnown(): boolean {
    return this.#version > 0 || this.batches.length > 0;
  }

  /** Makes it what it would be if its changes had been saved, with those of its queue if `isChanged`. */
  settle({ isChanged }: { readonly isChanged: boolean }): void {
    if (isChanged) this.#version++;
    this.#revision = 0;
    this.#batches.settle();
    this.lines.settle();
    this.#policy.settle();
  }

  /** What its batches offer, in the order of preference. */
  get offers(): readonly Offer[] {
    return this.#batches.offers;
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
    return this.batches.reduce((sum, batch) => (this.isUsable(batch) ? sum + batch.available : sum), 0);
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

  get changes(): Omit<ProductChanges, 'queue' | 'endedPromises'> {
    return {
      lastSequence: this.#lastSequence,
      batches: this.#batches.changes,
      ...this.lines.changes,
      ...this.#policy.changes,
    };
  }

  /** The place in the order in which lines are allocated that was given out last. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  get hasEveryOpenBatch(): boolean {
    return this.#loaded.hasEveryOpenBatch;
  }

  /** @throws {NotLoaded} if an open batch may be missing here */
  requireEveryOpenBatch(why: string): void {
    if (!this.#loaded.hasEveryOpenBatch) throw new NotLoaded(why);
  }

  /** @throws {NotLoaded} if it may exist and is not here */
  findBatch(reference: string): Batch | undefined {
    const batch = this.#batches.find(reference);
    if (!batch && !this.#loaded.hasBatch(reference)) throw new NotLoaded(`Batch ${reference}`);
    return batch;
  }

  /** @throws {NotLoaded | Error} if it is not here: a programming error, since `batches` registers a batch first */
  batch(reference: string): Batch {
    const batch = this.findBatch(reference);
    if (!batch) throw new Error(`Product ${this.#sku} has no batch ${reference}.`);
    return batch;
  }

  isPartOfOrder(orderId: string): boolean {
    return this.#loaded.isPartOfOrder?.(orderId) ?? false;
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

  /**
   * The lines that have to leave the batch so that the rest fits `quantity`, in the leaving order.
   * @throws {NotLoaded} if too few of the lines that leave first are here
   */
  leavingLines(quantity: number, batch: Batch): Steps<AllocatedLine[]> {
    return this.lines.leaving(quantity, batch, this.#leavingLinesUpTo(batch.reference));
  }

  /** Whether every line that claims units of the batch is here. */
  hasEveryLineOf(reference: string): boolean {
    return this.#leavingLinesUpTo(reference) === Infinity;
  }

  #leavingLinesUpTo(reference: string): number {
    return this.#batches.isNew(reference) ? Infinity : this.#loaded.leavingLinesUpTo(reference);
  }

  /** The claims in the order in which lines prefer their batches. */
  inOrder(claims: readonly Claim[]): Claim[] {
    return this.#batches.inOrder(claims);
  }

  addBatch(batch: Batch): void {
    this.#batches.add(batch);
    this.#revision++;
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
    this.#batches.touch(batch);
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
    if (terms.mayWait) this.lines.showAs({ ...line, terms });
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
      this.lines.count(batchReference, Number(isOn) - Number(wasOn));
      this.touch(this.batch(batchReference));
    }
    const line = after ?? before;
    if (!line || after === before) return;
    if (after) this.#put(after);
    else this.lines.remove(line);
  }

  /** Batches have other places in the order of preference. */
  #rearrange(): void {
    this.#batches.sort();
    for (const line of this.lines) this.lines.showAs(this.#inOrderOfBatches(line));
  }

  /** A line that was promised what its batch says needs no day of its own, unless one of several batches may come last. */
  #put(line: AllocatedLine): void {
    this.lines.put(line.promisedDate === undefined ? line : this.#withPromise(line));
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
    this.lines.count(reference, Math.sign(units));
    this.touch(batch);
  }
}

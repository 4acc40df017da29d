import { PLAIN_TERMS, type Claim, type LineTerms } from './order-line.js';

/** An order line with its claim on a batch, or on several. */
export interface AllocatedLine {
  readonly orderId: string;
  /** Units of all its claims. */
  readonly quantity: number;
  /** Its batch; of several, the one that comes last. */
  readonly batchReference: string;
  /** Its place in the order in which the lines of the product were allocated. */
  readonly sequence: number;
  /** In the order of preference; left out if it has one claim. */
  readonly claims?: readonly Claim[];
  /** Left out if it has no terms of its own. */
  readonly terms?: LineTerms;
  /** The day that it was promised first (rule 7b), null: at once; left out: the day that its batch had then. */
  readonly promisedDate?: string | null;
}

export function claimsOf({ batchReference, quantity, claims }: AllocatedLine): readonly Claim[] {
  return claims ?? [{ batchReference, quantity }];
}

export function termsOf({ terms }: AllocatedLine): LineTerms {
  return terms ?? PLAIN_TERMS;
}

export function isHeld({ terms }: AllocatedLine): boolean {
  return terms !== undefined && terms.expiresAt !== null;
}

/** More than the sequence of any line. */
export const SEQUENCES = 2 ** 46;

/**
 * Lines leave a batch that shrinks in this order, the smallest number first (rule 6): holds before firm lines, lower
 * priority before higher, the newest first.
 */
export function leavingOrder(line: AllocatedLine): number {
  const { expiresAt, priority } = termsOf(line);
  return ((expiresAt === null ? 10 : 0) + priority) * SEQUENCES - line.sequence;
}

/**
 * The line with these claims.
 * @param claims in the order of preference
 */
export function withClaims(
  line: Pick<AllocatedLine, 'orderId' | 'sequence' | 'terms' | 'promisedDate'>,
  claims: readonly Claim[],
): AllocatedLine {
  const { orderId, sequence, terms, promisedDate } = line;
  const { batchReference } = claims.at(-1)!;
  const quantity = claims.reduce((sum, claim) => sum + claim.quantity, 0);
  return {
    ...{ orderId, quantity, batchReference, sequence },
    ...(claims.length > 1 && { claims }),
    ...(terms && { terms }),
    ...(promisedDate !== undefined && { promisedDate }),
  };
}

/** What the line claims of the batch. */
export function unitsOn(line: AllocatedLine, reference: string): number {
  if (line.claims === undefined) return line.batchReference === reference ? line.quantity : 0;
  return line.claims.find(({ batchReference }) => batchReference === reference)?.quantity ?? 0;
}

/** Whether both claim the same units of the same batches. */
export function haveSameClaims(a: AllocatedLine, b: AllocatedLine): boolean {
  const [ofA, ofB] = [claimsOf(a), claimsOf(b)];
  return (
    ofA.length === ofB.length &&
    ofA.every(({ batchReference, quantity }) => unitsOn(b, batchReference) === quantity)
  );
}

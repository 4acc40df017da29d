import { Random } from '../../testing/random.js';

/** The names that are used throughout, and how the load is spread over them. */
export const SKUS = 1_000;
export const HOT = 'HOT';
/** Nothing of it is ever there. */
export const SOLD_OUT = 'SOLD-OUT';

export const skuOf = (i: number) => `SKU-${String(i).padStart(4, '0')}`;
export const allSkus: readonly string[] = Array.from({ length: SKUS }, (_, i) => skuOf(i));
/** The first batch of each SKU. */
export const referenceOf = (sku: string) => `PO-${sku}`;

/** Which SKU the nth order is for. */
export type Spread = (n: number) => string;

export const onOne =
  (sku: string): Spread =>
  () =>
    sku;

/** Drawn beforehand, the same ones in every run, so that drawing costs nothing while the load runs. */
const DRAWS = 1 << 16;

/** Each SKU as likely as any other. */
export const uniformly: Spread = drawn(() => 1);

/** The nth most wanted SKU is asked for 1/n as often as the first: a shop's usual long tail. */
export const byZipf: Spread = drawn((rank) => 1 / rank);

function drawn(weightOf: (rank: number) => number): Spread {
  const upTo = new Float64Array(SKUS);
  let sum = 0;
  for (let i = 0; i < SKUS; i++) upTo[i] = sum += weightOf(i + 1);
  const random = new Random(7);
  let draws: string[] | null = null;
  return (n) => (draws ??= Array.from({ length: DRAWS }, draw))[n % DRAWS]!;

  function draw(): string {
    const at = random.next() * sum;
    let low = 0;
    for (let high = SKUS - 1; low < high;) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return allSkus[low]!;
  }
}

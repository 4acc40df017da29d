import { grouped } from '../../ui/figures.js';
import { BatchLink } from '../../ui/links.js';

interface Claim {
  readonly batchReference: string;
  readonly quantity: number;
}

/** `3 of PO-2026-0871 and 2 of PO-2026-0872`. */
export function Claims({ claims }: { readonly claims: readonly Claim[] }) {
  return claims.map(({ batchReference, quantity }, index) => (
    <span key={batchReference}>
      {index > 0 && (index === claims.length - 1 ? ' and ' : ', ')}
      {grouped(quantity)} of <BatchLink reference={batchReference} />
    </span>
  ));
}

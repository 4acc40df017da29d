import { Link } from '@tanstack/react-router';
import { Figure } from './figures.js';

const LOOK = 'font-medium text-accent-text hover:underline break-words';

export function ProductLink({ sku }: { readonly sku: string }) {
  return (
    <Link to="/products/$sku" params={{ sku }} className={LOOK}>
      {sku}
    </Link>
  );
}

export function BatchLink({ reference }: { readonly reference: string }) {
  return (
    <Link to="/batches/$reference" params={{ reference }} className={LOOK}>
      {reference}
    </Link>
  );
}

export function OrderLink({ orderId }: { readonly orderId: string }) {
  return (
    <Link to="/orders/$orderId" params={{ orderId }} className={LOOK}>
      {orderId}
    </Link>
  );
}

/** By its position in the log. */
export function EventLink({ position }: { readonly position: number }) {
  return (
    <Link to="/events" search={{ event: position }} className={LOOK}>
      <Figure value={position} />
    </Link>
  );
}

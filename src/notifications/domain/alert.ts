/**
 * What the buyers of a SKU are told.
 *
 * - `out-of-stock`: it has run short
 * - `still-out-of-stock`: the refusals that were counted while they were left in peace
 * - `restocked`: stock of it has come, and what was refused until then
 */
export interface Alert {
  readonly kind: 'out-of-stock' | 'still-out-of-stock' | 'restocked';
  readonly sku: string;
  /** Order lines that were refused since `countedFrom`, and the units that they asked for in all. */
  readonly refusals: number;
  readonly units: number;
  readonly countedFrom: Date;
  /** Units that the largest batch had when a line was last refused. */
  readonly available: number;
  /** When it ran short. */
  readonly shortSince: Date;
}

export interface Wording {
  readonly subject: string;
  readonly text: string;
}

export function wordingOf(alert: Alert): Wording {
  const { kind, sku, refusals, units, available } = alert;
  const askedFor = `${units} ${units === 1 ? 'unit was' : 'units were'} asked for in all.`;
  const largest = `The largest batch has ${available} available.`;
  const since = instant(alert.countedFrom);
  switch (kind) {
    case 'out-of-stock':
      return {
        subject: `Out of stock: ${sku}`,
        text: lines(`${wereRefused(refusals)} for want of ${sku}: ${askedFor}`, largest),
      };
    case 'still-out-of-stock':
      return {
        subject: `Still out of stock: ${sku}, ${wereRefused(refusals, 'more')}`,
        text: lines(
          `${wereRefused(refusals, 'more')} for want of ${sku} since ${since}: ${askedFor}`,
          largest,
          `It has been short since ${instant(alert.shortSince)}.`,
        ),
      };
    case 'restocked':
      return {
        subject: `Stock has come: ${sku}${refusals > 0 ? `, ${wereRefused(refusals, 'more')} before` : ''}`,
        text: lines(
          `Stock of ${sku} has come; it had been short since ${instant(alert.shortSince)}.`,
          ...(refusals > 0 ? [`${wereRefused(refusals, 'more')} since ${since}: ${askedFor}`] : []),
        ),
      };
  }
}

function wereRefused(refusals: number, more?: 'more'): string {
  const lines = refusals === 1 ? 'order line was' : 'order lines were';
  return [refusals, more, lines, 'refused'].filter(Boolean).join(' ');
}

function instant(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function lines(...sentences: string[]): string {
  return sentences.join('\n');
}

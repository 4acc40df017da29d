import type { Alert, Wording } from './alert.js';
import { counted, subjectLine } from './plain-text.js';

/** The most alerts that a section of a mail shows; the rest are counted. */
const SHOWN_ALERTS = 100;

/** An alert as one recipient gets it. */
export interface AlertText extends Wording {
  /** Its place in the list of notifications. */
  readonly position: number;
  readonly kind: Alert['kind'];
  readonly sku: string;
}

interface Section {
  readonly kinds: readonly Alert['kind'][];
  readonly heading: string;
  /** Its part of the subject. */
  readonly summary: (skus: number, alerts: number) => string;
}

/** The most urgent first: customers of a lost promise need a call. */
const SECTIONS: readonly Section[] = [
  {
    kinds: ['lost-promises'],
    heading: 'Promises lost',
    summary: (skus) => `${counted(skus, 'product')} with lost promises`,
  },
  {
    kinds: ['out-of-stock', 'still-out-of-stock'],
    heading: 'Out of stock',
    summary: (skus) => `${counted(skus, 'product')} out of stock`,
  },
  {
    kinds: ['late'],
    heading: 'Late',
    summary: (_, alerts) => `${counted(alerts, 'batch', 'batches')} late`,
  },
  {
    kinds: ['overdue'],
    heading: 'Overdue',
    summary: (_, alerts) => `${counted(alerts, 'batch', 'batches')} overdue`,
  },
  {
    kinds: ['restocked'],
    heading: 'Stock has come',
    summary: (skus) => `${counted(skus, 'product')} back in stock`,
  },
];

/** The text of one mail about several alerts; a single alert keeps its own text. */
export function digestOf(alerts: readonly AlertText[]): Wording {
  const [first, second] = alerts;
  if (first && !second) return { subject: first.subject, text: first.text };
  const filled = SECTIONS.map((section) => ({
    ...section,
    alerts: alerts.filter(({ kind }) => section.kinds.includes(kind)),
  })).filter((section) => section.alerts.length > 0);
  const summaries = filled.map(({ summary, alerts: of }) =>
    summary(new Set(of.map(({ sku }) => sku)).size, of.length),
  );
  return {
    subject: subjectLine(`Stock alerts: ${summaries.join(', ')}`),
    text: filled.map(({ heading, alerts: of }) => sectionText(heading, of)).join('\n\n\n'),
  };
}

function sectionText(heading: string, alerts: readonly AlertText[]): string {
  const shown = alerts.slice(0, SHOWN_ALERTS);
  const rest = alerts.length - shown.length;
  return [
    `${heading}\n${'-'.repeat(heading.length)}`,
    ...shown.map(({ text }) => text),
    ...(rest > 0 ? [`And ${rest} more: GET /v1/notifications?after=${shown.at(-1)!.position}`] : []),
  ].join('\n\n');
}

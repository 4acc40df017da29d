import { describe, expect, it } from '@jest/globals';
import { digestOf, type AlertText } from '../../src/notifications/domain/digest.js';

let position = 0;
const alert = (kind: AlertText['kind'], sku: string, text = `${kind} of ${sku}`): AlertText => ({
  position: ++position,
  kind,
  sku,
  subject: `subject of ${sku}`,
  text,
});

describe('A mail with one alert', () => {
  it('has the text of the alert', () => {
    expect(digestOf([alert('out-of-stock', 'TABLE', 'None is left.')])).toEqual({
      subject: 'subject of TABLE',
      text: 'None is left.',
    });
  });
});

describe('A mail with several alerts', () => {
  it('counts them in its subject and shows them by kind, the most urgent first', () => {
    const { subject, text } = digestOf([
      alert('out-of-stock', 'TABLE'),
      alert('still-out-of-stock', 'TABLE'),
      alert('restocked', 'RUG'),
      alert('overdue', 'LAMP', 'PO-1 of LAMP is overdue.'),
      alert('overdue', 'LAMP', 'PO-2 of LAMP is overdue.'),
      alert('lost-promises', 'CHAIR'),
    ]);
    expect(subject).toBe(
      'Stock alerts: 1 product with lost promises, 1 product out of stock, 2 batches overdue, 1 product back in stock',
    );
    expect(text).toBe(
      [
        'Promises lost\n-------------\n\nlost-promises of CHAIR',
        'Out of stock\n------------\n\nout-of-stock of TABLE\n\nstill-out-of-stock of TABLE',
        'Overdue\n-------\n\nPO-1 of LAMP is overdue.\n\nPO-2 of LAMP is overdue.',
        'Stock has come\n--------------\n\nrestocked of RUG',
      ].join('\n\n\n'),
    );
  });

  it('shows a hundred of a kind, counts the rest, and says where they are', () => {
    const alerts = Array.from({ length: 300 }, (_, i) => alert('out-of-stock', `SKU-${i}`));
    const { subject, text } = digestOf(alerts);
    expect(subject).toBe('Stock alerts: 300 products out of stock');
    expect(text).toContain('out-of-stock of SKU-99\n\n');
    expect(text).not.toContain('out-of-stock of SKU-100');
    expect(text.endsWith(`And 200 more: GET /v1/notifications?after=${alerts[99]!.position}`)).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { detailsText, doneText } from '../../console/src/pages/access/audit-words.js';
import { mailsOf } from '../../console/src/pages/notifications/mails-of.js';
import { skusOf, standingOf, typesText } from '../../console/src/pages/operations/webhook-words.js';

const alert = (id: string, mailId: string | null) => ({ id, mailId }) as never;

describe('Mails', () => {
  it('have the alerts that went in one mail, and each alert that waits by itself', () => {
    const mails = mailsOf([alert('d', null), alert('c', null), alert('b', 'a'), alert('a', 'a')]);

    expect(mails.map(({ mailId, alerts }) => [mailId, alerts.map(({ id }) => id)])).toEqual([
      [null, ['d']],
      [null, ['c']],
      ['a', ['b', 'a']],
    ]);
  });
});

describe('The state of a webhook', () => {
  const well = {
    enabled: true,
    disabledReason: null,
    failingSince: null,
    pausedUntil: null,
    replaying: null,
  } as const;

  it('is that it is enabled if nothing is wrong', () => {
    expect(standingOf(well).name).toBe('enabled');
  });

  it('is the most pressing of several', () => {
    const failing = {
      ...well,
      failingSince: '2026-11-29T21:00:00Z',
      pausedUntil: '2026-11-29T22:00:00Z',
    };

    expect(standingOf(failing).name).toBe('failing');
    expect(standingOf({ ...failing, enabled: false, disabledReason: 'gone' })).toMatchObject({
      name: 'disabled',
      tone: 'bad',
    });
  });

  it('is no alarm if it was disabled on request', () => {
    expect(standingOf({ ...well, enabled: false, disabledReason: 'requested' }).tone).toBe('neutral');
  });
});

describe('The words for a webhook', () => {
  it('take SKUs line by line, without blanks and repetitions, and none for all', () => {
    expect(skusOf(' A \n\nB C\nA\n')).toEqual(['A', 'B C']);
    expect(skusOf(' \n')).toBeNull();
  });

  it('name few types and count many', () => {
    expect(typesText(['*'])).toBe('all types');
    expect(typesText(['OutOfStock', 'LineShipped'])).toBe('OutOfStock, LineShipped');
    expect(typesText(['A', 'B', 'C'])).toBe('3 types');
  });
});

describe('The words for the audit', () => {
  it('leave a type of a later version as it is', () => {
    expect(doneText('key-revoked')).toBe('revoked the key');
    expect(doneText('key-lent')).toBe('key-lent');
  });

  it('show all details', () => {
    expect(detailsText({ keyId: '0a1b', scopes: ['read', 'admin'], position: 7 })).toBe(
      'keyId: 0a1b · scopes: read, admin · position: 7',
    );
  });
});

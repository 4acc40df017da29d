import { describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { formatAlert, type ShortageAlert } from '../../src/notifications/domain/alert.js';
import { messageOf } from '../../src/notifications/mail/message.js';

const ID = '3f0c2a52-9d0f-4d53-8f4e-0f6f6f5b8c11';
const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

async function headOf(subject: string, text = 'Text.'): Promise<string> {
  const { message } = await composer.sendMail(
    messageOf({ id: ID, from: 'shop@example.com', to: 'a@example.com', subject, text, date: new Date(0) }),
  );
  const mail = (message as Buffer).toString('latin1');
  return mail.slice(0, mail.indexOf('\r\n\r\n'));
}

/** What a mail program shows: encoded words are decoded once, as RFC 2047 says. */
function subjectIn(head: string): string {
  const unfolded = /^Subject: ((?:.*)(?:\r\n[ \t].*)*)/m.exec(head)![1]!.replace(/\r\n(?=[ \t])/g, '');
  const words = unfolded.replace(/(\?=)\s+(?==\?)/g, '$1');
  return words.replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, base64: string) =>
    Buffer.from(base64, 'base64').toString('utf8'),
  );
}

const alert: ShortageAlert = {
  kind: 'out-of-stock',
  sku: 'TABLE',
  refusals: 1,
  units: 1,
  available: 0,
  countedFrom: new Date(0),
  shortSince: new Date(0),
};

describe('The subject of a mail', () => {
  it.each([
    'SMALL-TABLE',
    '=?utf-8?Q?You_have_won?=',
    '=?UTF-8?B?WW91IGhhdmUgd29u?=',
    'a =?utf-8?Q?b?= c',
    'X: y, <z@example.com>',
    'größe ünï',
    '\u{1f4a9}'.repeat(64),
    '桌'.repeat(128),
    'x'.repeat(128),
    'two  spaces',
    '"quoted\\"',
    '?=',
  ])('shows a SKU as it is: %s', async (sku) => {
    const { subject } = formatAlert({ ...alert, sku });
    expect(subject).toBe(`Out of stock: ${sku}`);
    expect(subjectIn(await headOf(subject))).toBe(subject);
  });

  it.each(['a\r\nBcc: x@example.com', 'a\nX-Spam: no', 'a\rb', 'a\u2028b', 'a\u0000b', 'a\u0085b'])(
    'adds no header when a SKU has line breaks in it: %j',
    async (sku) => {
      const head = await headOf(formatAlert({ ...alert, sku }).subject);
      const plain = await headOf('Out of stock: TABLE');
      const names = (text: string) => text.match(/^[\w-]+(?=:)/gm);
      expect(names(head)).toEqual(names(plain));
    },
  );

  it.each([' leading', 'trailing ', '\ttab', 'a\r\nBcc: x@example.com'])(
    'adds no header even if a subject was written by hand: %j',
    async (subject) => {
      const names = (text: string) => text.match(/^[\w-]+(?=:)/gm);
      const head = await headOf(subject);
      expect(names(head)).toEqual(names(await headOf('x')));
      expect(subjectIn(head)).toBe(subject);
    },
  );

  it('has lines that every mail server accepts', async () => {
    const head = await headOf('桌'.repeat(200));
    expect(Math.max(...head.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
  });

  it('has at most 200 characters', () => {
    const { subject } = formatAlert({
      kind: 'lost-promises',
      sku: '\u{1f4a9}'.repeat(64),
      batchReference: 'x'.repeat(128),
      lines: 1,
      units: 1,
      orderIds: [],
    });
    expect([...subject]).toHaveLength(200);
    expect(subject.endsWith('x…')).toBe(true);
  });
});

describe('The other headers of a mail', () => {
  it('contain nothing that a caller chose', async () => {
    const head = await headOf('Out of stock: SECRET-SKU', 'SECRET-SKU');
    expect(head.match(/SECRET-SKU/g)).toHaveLength(1);
    expect(head).toContain(`Message-ID: <${ID}@earmark>`);
    expect(head).toContain('Auto-Submitted: auto-generated');
  });
});

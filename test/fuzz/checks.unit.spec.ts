import { describe, expect, it } from '@jest/globals';
import { faultsOf } from './answers.js';
import { isCode, isEta, isNewCode, isQuantity } from './contract.js';
import { faultsInLog } from './log-lines.js';
import type { WireAnswer } from './wire-client.js';

/** The fuzzers are worth what their checks see. */

const PROBLEM = {
  type: 'urn:earmark:problem:unknown-batch',
  title: 'Unknown batch',
  status: 404,
  detail: 'There is no batch PO-1.',
  instance: '/v1/batches/PO-1',
};

function answer(body: object | string, { status = 404, type = 'application/problem+json' } = {}): WireAnswer {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const headers = new Map([
    ['content-type', type],
    ['content-length', String(bytes.length)],
  ]);
  return { status, headers, body: bytes, isEndless: false };
}

describe('The check of a fuzzed answer', () => {
  it('accepts a problem document, and other answers that need none', () => {
    expect(faultsOf(answer(PROBLEM), 'GET', '/v1/batches/PO-1?x=1')).toEqual([]);
    expect(
      faultsOf(answer({ items: [] }, { status: 200, type: 'application/json' }), 'GET', '/v1/batches'),
    ).toEqual([]);
    expect(faultsOf(answer(''), 'HEAD', '/v1/batches/PO-1')).toEqual([]);
  });

  it.each([
    ['a fault of ours', answer({ ...PROBLEM, status: 500 }, { status: 500 })],
    ['busy', answer({ ...PROBLEM, status: 503 }, { status: 503 })],
    ['another status in its body', answer({ ...PROBLEM, status: 400 })],
    ['no problem', answer('Not found')],
    ['no object', answer('[]')],
    ['another type', answer(PROBLEM, { type: 'application/json' })],
    ['no type of ours', answer({ ...PROBLEM, type: 'about:blank' })],
    ['no detail', answer({ ...PROBLEM, detail: '' })],
    ['another path', answer({ ...PROBLEM, instance: '/' })],
    ['errors where there are none', answer({ ...PROBLEM, errors: [] })],
    ['a stack', answer({ ...PROBLEM, detail: 'Error\n    at run (/srv/app/main.js:1:1).' })],
    ['a message of the database', answer({ ...PROBLEM, detail: 'relation "batch" does not exist.' })],
    ['a path of the machine', answer({ ...PROBLEM, detail: 'ENOENT node_modules/pg/index.js.' })],
    ['no other methods', answer({ ...PROBLEM, status: 405 }, { status: 405 })],
    ['invalid JSON', answer('{', { status: 200, type: 'application/json' })],
  ])('rejects an answer that is or has %s', (_, bad) => {
    expect(faultsOf(bad, 'GET', '/v1/batches/PO-1')).not.toEqual([]);
  });
});

describe('The check of a fuzzed log', () => {
  const line = (entry: object) =>
    `${JSON.stringify({ level: 'info', pid: 1, time: '2026-01-01T00:00:00.000Z', message: 'x', ...entry })}\n`;

  it('accepts a log in which each line is an entry', () => {
    expect(faultsInLog(line({}) + line({ level: 'warn', message: 'a\nb\u001b' }), ['secret'])).toEqual([]);
  });

  it.each([
    ['a line that is no JSON', 'ready\n'],
    ['a line that is no object', '1\n'],
    ['a line that the logger did not write', '{"message":"forged"}\n'],
    ['an error', line({ level: 'error' })],
    ['a character that breaks lines', line({ message: '\u2028' })],
    ['a control sequence for a terminal', line({ message: '\u009b2J' })],
    ['a secret', line({ message: 'the secret' })],
    ['a header', line({ message: 'Authorization: x' })],
    ['half a line', line({}).trim()],
  ])('rejects a log that has %s', (_, bad) => {
    expect(faultsInLog(bad, ['secret'])).not.toEqual([]);
  });
});

describe('The model of the API contract', () => {
  it('accepts a code, a quantity and a date', () => {
    expect(['x', 'a b', '\u{1f4a9}'.repeat(128), '\u202e', '__proto__'].map(isCode)).toEqual(
      Array(5).fill(true),
    );
    expect([0, -0, 1, 2_147_483_647].map((value) => isQuantity(value, 0))).toEqual(Array(4).fill(true));
    expect([null, '2028-02-29', '0001-01-01', '9999-12-31'].map(isEta)).toEqual(Array(4).fill(true));
  });

  it('rejects a new code with invisible characters', () => {
    const visible = ['x', 'a b', '\u{1f4a9}'.repeat(128), '__proto__', '\u00e9'];
    expect(visible.map(isNewCode)).toEqual(visible.map(() => true));
    const unseen = [
      '\u202e',
      'a\u200bb',
      'a\u00a0b',
      'e\u0301',
      '\u{e0041}',
      '\ue000',
      '\u{10ffff}',
      'x ',
      '',
    ];
    expect(unseen.map(isNewCode)).toEqual(unseen.map(() => false));
  });

  it('rejects everything else', () => {
    const noCodes = ['', ' ', 'x ', '\u00a0x', 'a\nb', '\u009b', '\ud800', 'x'.repeat(129), 1, null];
    expect(noCodes.map(isCode)).toEqual(noCodes.map(() => false));
    const noQuantities = [-1, 0.5, 2_147_483_648, NaN, Infinity, '1', null];
    expect(noQuantities.map((value) => isQuantity(value, 0))).toEqual(noQuantities.map(() => false));
    const noDays = [
      '2027-02-29',
      '1900-02-29',
      '2027-13-01',
      '0000-01-01',
      '2027-1-01',
      '2027-01-01 ',
      '',
      20270101,
    ];
    expect(noDays.map(isEta)).toEqual(noDays.map(() => false));
  });
});

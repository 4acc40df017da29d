import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer, Call, Contract, Message } from './contract.js';
import { contractChanges, type HasUpcaster } from './contract-changes.js';
import { checkContract } from './check-contract.js';
import { promise, promisedBy } from './snapshots.js';
import { ACCEPT, reportOf } from './report.js';
import type { Schema } from '../../tools/docgen/schema.js';

const text: Schema = { type: ['string'] };
const units: Schema = { type: ['integer'], minimum: 1, maximum: 100 };
const fields = (properties: Record<string, Schema>, ...optional: string[]): Schema => ({
  type: ['object'],
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

/** A shelf that can be filled, and tells of it. */
const reason: Schema = { type: ['string'], enum: ['moved', 'sold'] };
const filled = fields({ shelf: text, units, reason });
const body = fields({ units, kind: { type: ['string'], enum: ['box', 'bag'] }, note: text }, 'note');
const answer = fields({ shelf: text, units, state: { type: ['string'], enum: ['full', 'free'] } });
const call: Call = {
  scope: 'shelves:write',
  parameters: fields(
    { 'path shelf': text, 'query limit': { type: ['integer'], default: 50 } },
    'query limit',
  ),
  body,
  answers: { '200': { headers: ['ETag'], bodies: { 'application/json': answer } } },
  problems: { 'shelf-full': 409 },
};
const message: Message = {
  direction: 'out',
  version: 1,
  orderedBy: 'shelf',
  mediaType: 'application/json',
  body: fields({ shelf: text, qty: units }),
};
const FILL = 'POST /v1/shelves/{shelf}';
const promised: Contract = {
  events: { ShelfFilled: { '1': filled } },
  calls: { [FILL]: call },
  messages: { shelf_filled: message, fill_shelf: { ...message, direction: 'in' } },
};

const withEvent = (data: Schema, version = 1): Contract => ({
  ...promised,
  events: { ShelfFilled: { [version]: data } },
});
const withCall = (change: Partial<Call>): Contract => ({
  ...promised,
  calls: { [FILL]: { ...call, ...change } },
});
const withAnswer = (schema: Schema, change: Partial<Answer> = {}): Contract =>
  withCall({ answers: { '200': { headers: ['ETag'], bodies: { 'application/json': schema }, ...change } } });
const withOut = (change: Partial<Message>): Contract => ({
  ...promised,
  messages: { ...promised.messages, shelf_filled: { ...message, ...change } },
});
const withIn = (data: Schema): Contract => ({
  ...promised,
  messages: { ...promised.messages, fill_shelf: { ...message, direction: 'in', body: data } },
});
/** The schema with a field as it is now. */
const but = (schema: Schema, name: string, field: Schema): Schema => ({
  ...schema,
  properties: { ...schema.properties, [name]: field },
});
const plus = (schema: Schema, name: string, isRequired: boolean): Schema => ({
  ...but(schema, name, text),
  required: [...(schema.required ?? []), ...(isRequired ? [name] : [])],
});
const minus = (schema: Schema, name: string): Schema => {
  const { [name]: _gone, ...properties } = schema.properties!;
  return { ...schema, properties, required: schema.required!.filter((each) => each !== name) };
};
const optional = (schema: Schema, name: string): Schema => ({
  ...schema,
  required: schema.required!.filter((each) => each !== name),
});

const noUpcaster = () => false;
const wordsFor = (code: Contract, hasUpcaster: HasUpcaster = noUpcaster) =>
  reportOf('shelves', contractChanges(promised, code, hasUpcaster));

const RAISE = /raise the version of ShelfFilled to 2 and declare an upcaster from version 1 to 2/;
const NEW_PATH = /offer the new form under a new path \(POST \/v2\/shelves\/\{shelf\}\)/;
const NEW_CHANNEL = /add a channel shelf_filled_v2 beside it/;

describe('An unchanged contract', () => {
  it('is not reported', () => {
    expect(wordsFor(promised)).toBe('');
  });
});

describe('A change that breaks those who rely on it is refused, with how to version it', () => {
  const broken: Record<string, [Contract, says: string, instead: RegExp]> = {
    'an event that is gone': [
      { ...promised, events: {} },
      'event ShelfFilled is gone.',
      /it stands in every log/,
    ],
    'a field of an event that is gone': [withEvent(minus(filled, 'reason')), 'v1.reason is gone', RAISE],
    'a field of an event with another type': [
      withEvent(but(filled, 'shelf', units)),
      'v1.shelf has the type integer instead of string',
      RAISE,
    ],
    'a field of an event that may be null': [
      withEvent(but(filled, 'shelf', { type: ['null', 'string'] })),
      'has the type null | string instead of string',
      RAISE,
    ],
    'a field of an event that may be missing': [
      withEvent(optional(filled, 'shelf')),
      'may now be missing',
      RAISE,
    ],
    'a required field that the stored events lack': [
      withEvent(plus(filled, 'colour', true)),
      'v1.colour is new and required',
      RAISE,
    ],
    'a value that an event can have': [
      withEvent(but(filled, 'reason', { type: ['string'], enum: ['lost', 'moved', 'sold'] })),
      'has the values lost | moved | sold instead of moved | sold',
      RAISE,
    ],
    'a value that stored events still have': [
      withEvent(but(filled, 'reason', { type: ['string'], enum: ['moved'] })),
      'has the values moved instead of moved | sold',
      RAISE,
    ],
    'a new version that old events find no way to': [
      withEvent(minus(filled, 'reason'), 2),
      'has version 2 after 1, with no upcaster from version 1',
      /declare one in src\/shelves\/upcasters\//,
    ],
    'a version that goes back': [withEvent(filled, 0), 'has version 0, after 1', /raise it to 2/],

    'a call that is gone': [{ ...promised, calls: {} }, `${FILL} is gone`, NEW_PATH],
    'a call that needs another scope': [
      withCall({ scope: 'admin' }),
      'needs the scope admin instead of shelves:write',
      NEW_PATH,
    ],
    'a new field that a body must have': [
      withCall({ body: plus(body, 'colour', true) }),
      'body.colour is new and required',
      NEW_PATH,
    ],
    'an optional field that a body must have now': [
      withCall({ body: { ...body, required: [...body.required!, 'note'] } }),
      'body.note is now required',
      NEW_PATH,
    ],
    'a field that a body may not have any more': [
      withCall({ body: minus(body, 'note') }),
      'body.note is gone',
      NEW_PATH,
    ],
    'a value that is not taken any more': [
      withCall({ body: but(body, 'kind', { type: ['string'], enum: ['box'] }) }),
      'body.kind has the values box instead of box | bag',
      NEW_PATH,
    ],
    'a bound that is tighter': [
      withCall({ body: but(body, 'units', { ...units, maximum: 10 }) }),
      'body.units has the maximum 10 instead of 100',
      NEW_PATH,
    ],
    'a pattern where there was none': [
      withCall({ body: but(body, 'note', { ...text, pattern: '^x' }) }),
      'body.note has the pattern "^x" instead of none',
      NEW_PATH,
    ],
    'a body where there was none, or none any more': [withCall({ body: null }), 'body is gone', NEW_PATH],
    'another default': [
      withCall({
        parameters: but(call.parameters, 'query limit', { type: ['integer'], default: 10 }),
      }),
      'query limit has the default 10 instead of 50',
      NEW_PATH,
    ],
    'a field of an answer that is gone': [
      withAnswer(minus(answer, 'units')),
      'answer 200.units is gone',
      NEW_PATH,
    ],
    'a field of an answer that may be missing': [
      withAnswer(optional(answer, 'units')),
      'answer 200.units may now be missing',
      NEW_PATH,
    ],
    'a value that an answer can have now': [
      withAnswer(but(answer, 'state', { type: ['string'], enum: ['closed', 'free', 'full'] })),
      'has the values closed | free | full instead of full | free',
      NEW_PATH,
    ],
    'a bound of an answer that is looser': [
      withAnswer(but(answer, 'units', { ...units, maximum: 1000 })),
      'answer 200.units has the maximum 1000 instead of 100',
      NEW_PATH,
    ],
    'a header of an answer that is gone': [
      withAnswer(answer, { headers: [] }),
      'answer 200 header ETag is gone',
      NEW_PATH,
    ],
    'another status where it went well': [
      withCall({ answers: { '204': { headers: [], bodies: {} } } }),
      'answer 200 is gone',
      NEW_PATH,
    ],
    'a problem with another status': [
      withCall({ problems: { 'shelf-full': 422 } }),
      'problem shelf-full has status 422 instead of 409',
      NEW_PATH,
    ],

    'a channel that is gone': [
      { ...promised, messages: { fill_shelf: promised.messages.fill_shelf! } },
      'channel shelf_filled is gone',
      NEW_CHANNEL,
    ],
    'a field of a message that is gone': [
      withOut({ body: minus(message.body, 'qty') }),
      'channel shelf_filled.qty is gone',
      NEW_CHANNEL,
    ],
    'a channel whose messages are ordered by something else': [
      withOut({ orderedBy: 'qty' }),
      'has the orderedBy qty instead of shelf',
      NEW_CHANNEL,
    ],
    'a channel with another version in the place of the old one': [
      withOut({ version: 2 }),
      'has the version 2 instead of 1',
      NEW_CHANNEL,
    ],
    'a field that an incoming message must have now': [
      withIn(plus(message.body, 'colour', true)),
      'channel fill_shelf.colour is new and required',
      /add a channel fill_shelf_v2 beside it/,
    ],
  };

  it.each(Object.entries(broken))('%s', (_what, [code, says, instead]) => {
    const words = wordsFor(code);

    expect(words).toMatch(/^shelves breaks what it has promised:/);
    expect(words).toContain(says);
    expect(words).toMatch(instead);
    expect(words).toContain('delete it from test/contracts/snapshots/shelves.json by hand');
    expect(words).not.toContain(ACCEPT);
  });

  it('an upcaster that starts at the current version', () => {
    const words = wordsFor(promised, () => true);
    expect(words).toMatch(/has an upcaster from its own version 1\.\n\s+Instead: raise its version to 2/);
  });
});

describe('A change that breaks nobody is reported for acceptance', () => {
  const harmless: Record<string, [Contract, says: string]> = {
    'an optional field of an event': [withEvent(plus(filled, 'colour', false)), 'v1.colour is new.'],
    'a new event': [
      { ...promised, events: { ...promised.events, ShelfEmptied: { '1': filled } } },
      'event ShelfEmptied has version 1, and is new.',
    ],
    'a new call': [{ ...promised, calls: { ...promised.calls, 'GET /v1/shelves': call } }, 'is new.'],
    'an optional field of a body': [withCall({ body: plus(body, 'colour', false) }), 'body.colour is new.'],
    'a field of a body that may be left out': [
      withCall({ body: optional(body, 'kind') }),
      'may now be missing.',
    ],
    'a value that is taken from now on': [
      withCall({ body: but(body, 'kind', { type: ['string'], enum: ['bag', 'box', 'tin'] }) }),
      'bag | box | tin',
    ],
    'a bound of a body that is looser': [
      withCall({ body: but(body, 'units', { ...units, maximum: 1000 }) }),
      'maximum 1000',
    ],
    'a new field of an answer': [withAnswer(plus(answer, 'colour', true)), 'answer 200.colour is new.'],
    'a value that an answer has no more': [
      withAnswer(but(answer, 'state', { type: ['string'], enum: ['full'] })),
      'has the values full',
    ],
    'an answer to those alone who have one already': [
      withCall({ answers: { ...call.answers, '304': { headers: ['ETag'], bodies: {} } } }),
      'answer 304 is new.',
    ],
    'a new header': [withAnswer(answer, { headers: ['ETag', 'Location'] }), 'header Location is new.'],
    'a new problem': [
      withCall({ problems: { ...call.problems, 'shelf-gone': 410 } }),
      'problem shelf-gone is new, with status 410.',
    ],
    'a call that is open to all': [withCall({ scope: null }), 'needs the scope none'],
    'a new channel': [
      { ...promised, messages: { ...promised.messages, shelf_filled_v2: message } },
      'channel shelf_filled_v2 is new.',
    ],
    'a new field of an outgoing message': [
      withOut({ body: plus(message.body, 'colour', true) }),
      'shelf_filled.colour is new.',
    ],
  };

  it.each(Object.entries(harmless))('%s', (_what, [code, says]) => {
    const words = wordsFor(code);

    expect(words).toMatch(/^shelves promises something else than before, which breaks nobody:/);
    expect(words).toContain(says);
    expect(words).toContain(`To promise it from now on: ${ACCEPT}`);
  });

  it('a new version of an event with an upcaster for old ones', () => {
    const words = wordsFor(
      withEvent(minus(filled, 'reason'), 2),
      (type, from) => type === 'ShelfFilled' && from === 1,
    );
    expect(words).toContain('event ShelfFilled has version 2 after 1.');
    expect(words).toContain(ACCEPT);
  });
});

describe('Accepting a contract', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'contracts-'));
    await mkdir(join(root, 'test/contracts/snapshots'), { recursive: true });
  });
  beforeEach(() => promise('shelves', promised, root));
  afterAll(() => rm(root, { recursive: true }));

  const keep = (code: Contract, isAccepting: boolean, hasUpcaster: HasUpcaster = noUpcaster) =>
    checkContract('shelves', code, { hasUpcaster, isAccepting, root });

  it('adds what is new to the promise', async () => {
    const code = withCall({ body: plus(body, 'colour', false) });

    expect(await keep(code, false)).toContain(ACCEPT);
    expect(await keep(code, true)).toBe('');
    expect(await keep(code, false)).toBe('');
    expect(await promisedBy('shelves', root)).toEqual(code);
  });

  it('rejects a breaking change and leaves the promise unchanged', async () => {
    expect(await keep(withCall({ body: minus(body, 'note') }), true)).toContain(
      'breaks what it has promised',
    );
    expect(await promisedBy('shelves', root)).toEqual(promised);
  });

  it('keeps the old version of an event beside the new one, because stored events stay', async () => {
    const second = minus(filled, 'reason');
    const fromFirst: HasUpcaster = (_type, from) => from === 1;

    expect(await keep(withEvent(second, 2), true, fromFirst)).toBe('');

    const { events } = await promisedBy('shelves', root);
    expect(events).toEqual({ ShelfFilled: { '1': filled, '2': second } });
  });

  it('rejects the old version in place of the new one', async () => {
    await promise('shelves', { ...promised, events: { ShelfFilled: { '1': filled, '2': filled } } }, root);
    expect(await keep(promised, true)).toContain('has version 1, after 2');
  });
});

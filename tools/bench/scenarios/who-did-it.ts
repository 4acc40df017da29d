import { setTimeout as sleep } from 'node:timers/promises';
import { CallLog, type Calls } from '../call-log.js';
import type { Call } from '../connection.js';
import { HONEST, honest, told } from '../honest.js';
import { load, type Outcome } from '../load.js';
import { command, HONEST_SCOPES, makeKeys } from '../operator.js';
import type { Finding } from '../report.js';
import type { Scenario } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';
import { referenceOf } from '../stock.js';

const ATTACKED = 'ATTACKED';
/** Calls of the attacker at the same time. */
const AT_ONCE = 8;

type Attempt = readonly [route: string, status: number, call: (n: number) => Call];

const register = (body: object): Call => ({
  method: 'POST',
  path: '/v1/batches',
  body: JSON.stringify(body),
});
const change = (reference: string, quantity: number): Call => ({
  method: 'PATCH',
  path: `/v1/batches/${reference}`,
  body: `{"quantity":${quantity}}`,
});

/** Writes that succeed, and refusals of every kind. */
const ATTEMPTS: readonly Attempt[] = [
  ['POST /v1/batches', 201, (n) => register({ reference: `ATTACK-${n}`, sku: ATTACKED, quantity: 1 })],
  ['PATCH /v1/batches/:reference', 200, (n) => change(referenceOf(ATTACKED), 1_000_000 + n)],
  [
    'POST /v1/batches',
    409,
    () => register({ reference: referenceOf(ATTACKED), sku: 'ANOTHER', quantity: 1 }),
  ],
  ['PATCH /v1/batches/:reference', 404, () => change('NOT-THERE', 1)],
  ['POST /v1/batches', 400, () => register({ reference: '', sku: 7 })],
  [
    'POST /v1/allocations',
    403,
    (n) => ({
      method: 'POST',
      path: '/v1/allocations',
      body: `{"orderId":"stolen-${n}","sku":"${HONEST}","quantity":1}`,
    }),
  ],
  ['GET /v1/audit', 403, () => ({ method: 'GET', path: '/v1/audit' })],
];
const attemptOf = (n: number): Attempt => ATTEMPTS[n % ATTEMPTS.length]!;

/**
 * Somebody with a key writes and is refused, and goes on after the key is revoked, while others order. Throws unless the
 * log has each of these calls in a line or in a count, each event leads to the line of its caller, and the audit log has
 * what was done to the keys.
 */
export const whoDidIt: Scenario = {
  name: 'who-did-it',
  async run(bench) {
    const shop = await bench.openShop(plentyOf([HONEST, ATTACKED]));
    const product = shop.products[0]!;
    const findings: Finding[] = [];
    const unnamed = await honest(shop, bench);
    findings.push(...told('without keys, so without lines', unnamed, await product.residentMemory()));

    const { rows } = await shop.database.query<{ head: string }>(
      'select max(position) as head from event_log.event',
    );
    const said = product.listen();
    const [mine, theirs] = await makeKeys(shop.databaseUrl, {
      honest: HONEST_SCOPES,
      attacker: ['batches:write'],
    });
    shop.key = mine;
    const named = await honest(shop, bench);
    findings.push(...told('with keys, a line for each write', named, await product.residentMemory()));

    const attack = {
      urls: [shop.url],
      key: theirs,
      connections: AT_ONCE,
      call: (n: number) => attemptOf(n)[2](n),
    };
    const [meanwhile, attacked] = await Promise.all([
      honest(shop, bench),
      load({ ...attack, seconds: bench.seconds }),
    ]);
    const what = 'one with a key writes and is refused';
    findings.push(...told(what, meanwhile, await product.residentMemory()));
    await command(product.folder, { DATABASE_URL: shop.databaseUrl }, 'keys', 'revoke', 'attacker');
    const lockedOut = await load({ ...attack, seconds: bench.seconds });

    await checkAudit(shop);
    await shop.check();
    // Counts that are left are written at the end.
    await product.stop();
    const log = new CallLog(said);
    const orders = [named, meanwhile].map(({ allocations }) => allocations.answers.get(201)!.length);
    log.check('honest', 'key honest', new Map([['POST /v1/allocations 201', orders[0]! + orders[1]!]]));
    log.check('attacker', 'key attacker', callsOf(attacked, true));
    log.check(null, '127.0.0.1', callsOf(lockedOut, false));
    await checkEvents(shop, rows[0]!.head, log);
    const calls = [attacked, lockedOut].flatMap(({ answers }) => [...answers.values()]).flat();
    return [
      ...findings,
      { what: `${what}: calls, all of them in the log`, figures: [calls.length], unit: 'calls' },
    ];
  },
};

/** Throws unless every attempt was answered as it has to be, or as one too many. */
function callsOf({ answers }: Outcome, isKnown: boolean): Calls {
  const calls = new Map<string, number>();
  const usual = new Set<Attempt>();
  for (const [status, numbers] of answers)
    for (const n of numbers) {
      const attempt = attemptOf(n);
      const [route, due] = attempt;
      const isUsual = status === (isKnown ? due : 401);
      if (!isUsual && status !== 429) throw new Error(`${route} was answered with ${status}.`);
      if (isUsual) usual.add(attempt);
      const kind = `${route} ${status}`;
      calls.set(kind, (calls.get(kind) ?? 0) + 1);
    }
  if (usual.size < ATTEMPTS.length) throw new Error('There was no time for each kind of call.');
  return calls;
}

/** Each event since then is of a call that has one line, with the name of a key. */
async function checkEvents({ database }: Shop, since: string, log: CallLog): Promise<void> {
  const { rows } = await database.query<{ type: string; id: string }>(
    'select type, correlation_id as id from event_log.event where position > $1',
    [since],
  );
  const callers = log.callers();
  for (const { type, id } of rows) {
    const due = type.startsWith('Batch') ? 'attacker' : 'honest';
    const found = callers.get(id) ?? [];
    if (found.length !== 1 || found[0] !== due)
      throw new Error(`An event ${type} is of ${due}, and by the log of: ${found.join(', ') || 'nobody'}.`);
  }
}

const TOLD = [
  'attacker key-created',
  'attacker key-first-used',
  'attacker key-revoked',
  'honest key-created',
  'honest key-first-used',
];

/** Resolves once the audit log has what happened to the keys; throws if it is something else. */
async function checkAudit({ database }: Shop): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ what: string }>(
      `select subject || ' ' || type as what from access.audit where type like 'key-%' order by what`,
    );
    const all = rows.map(({ what }) => what);
    if (all.join() === TOLD.join()) return;
    const wrong = all.find((what, i) => !TOLD.includes(what) || all.indexOf(what) !== i);
    if (wrong !== undefined) throw new Error(`The audit log says: ${all.join(', ')}.`);
    await sleep(100);
  }
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HONEST, honest, told } from '../honest.js';
import type { Finding } from '../report.js';
import type { Scenario } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';
import { referenceOf } from '../stock.js';

const RECIPIENTS = ['buyer@example.com', 'owner@example.com'];
/** So short that the storm lasts over several mails. */
const MAIL_SECONDS = 1;
const TOGGLED = 'TOGGLED';
const TOGGLES = 20;
/** Calls of the storm at the same time. */
const AT_ONCE = 8;
/** Longer than the storm. */
const LONG_S = 300;

/**
 * 300 SKUs run short, and one runs short and is restocked 20 times. Throws if an honest call fails, a recipient gets more
 * than one mail in `ALERT_MAIL_SECONDS`, or an alert is in no mail or in two.
 */
export const mailStorm: Scenario = {
  name: 'mail-storm',
  async run(bench) {
    const skus = Array.from({ length: bench.isSmoke ? 60 : 300 }, (_, n) => `SHORT-${n}`);
    const scarce = [...skus, TOGGLED].map((sku) => ({ reference: referenceOf(sku), sku, quantity: 1 }));
    const shop = await bench.openShop([...plentyOf([HONEST]), ...scarce], {
      settings: { ALERT_TO: RECIPIENTS.join(), ALERT_MAIL_SECONDS: String(MAIL_SECONDS) },
    });
    const findings: Finding[] = [];
    const alone = await honest(shop, bench);
    findings.push(...told('no mail storm', alone, await shop.products[0]!.residentMemory()));

    const done = new AbortController();
    const others = honest(shop, { seconds: LONG_S }, done.signal);
    await Promise.race([
      others,
      Promise.all([runShort(shop, skus), toggle(shop)])
        .then(() => allSent(shop))
        .finally(() => done.abort()),
    ]);
    const what = `${skus.length} SKUs run short and one is toggled ${TOGGLES} times`;
    findings.push(...told(what, await others, await shop.products[0]!.residentMemory()));
    await checkAlerts(shop, skus);
    const mails = await checkMails(shop);
    await shop.check();
    return [...findings, { what: `${what}: mails for each recipient`, figures: mails, unit: 'mails' }];
  },
};

/** More than there is of any of them is ordered. */
async function runShort(shop: Shop, skus: readonly string[]): Promise<void> {
  const waiting = [...skus];
  const callers = Array.from({ length: AT_ONCE }, async () => {
    for (let sku = waiting.pop(); sku !== undefined; sku = waiting.pop()) await refuse(shop, sku, sku);
  });
  await Promise.all(callers);
}

async function toggle(shop: Shop): Promise<void> {
  for (let n = 0; n < TOGGLES; n++) {
    await refuse(shop, `toggle-${n}`, TOGGLED);
    for (const quantity of [2, 1])
      await expectAnswer(200, shop, 'PATCH', `/v1/batches/${referenceOf(TOGGLED)}`, { quantity });
  }
}

const refuse = (shop: Shop, orderId: string, sku: string) =>
  expectAnswer(409, shop, 'POST', '/v1/allocations', { orderId, sku, quantity: 1_000 });

async function expectAnswer(
  status: number,
  { url }: Shop,
  method: string,
  path: string,
  body: object,
): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
}

/** Resolves when every event until now has raised its alert, and no alert waits any more. */
async function allSent({ database }: Shop): Promise<void> {
  const { rows } = await database.query<{ head: string }>(
    'select max(position) as head from event_log.event',
  );
  for (;;) {
    const { rowCount: behind } = await database.query(
      `select from event_log.subscription where name = 'notifications.alerts' and position < $1`,
      [rows[0]!.head],
    );
    const { rowCount: waiting } = await database.query(
      `select from notifications.notification where state <> 'sent' limit 1`,
    );
    if (behind === 0 && waiting === 0) return;
    await sleep(50);
  }
}

/** Each SKU has its alert, for each recipient, and every refusal of the toggled one is told or still counted. */
async function checkAlerts({ database }: Shop, skus: readonly string[]): Promise<void> {
  const { rows: wrong } = await database.query<{ sku: string; recipient: string; kinds: string }>(
    `select sku, recipient, string_agg(kind, ', ' order by position) as kinds
       from unnest($1::text[]) as sku cross join unnest($2::text[]) as recipient
       left join notifications.notification using (sku, recipient)
      group by sku, recipient
     having string_agg(kind, ', ' order by position) is distinct from
            case sku when $3 then 'out-of-stock, restocked' else 'out-of-stock' end`,
    [[...skus, TOGGLED], RECIPIENTS, TOGGLED],
  );
  if (wrong[0]) {
    const { sku, recipient, kinds } = wrong[0];
    throw new Error(`${wrong.length} SKUs have wrong alerts: ${sku} for ${recipient}: ${kinds}.`);
  }
  // The first refusal has an alert, the second one is in the alert that stock has come.
  const { rows } = await database.query<{ counted: number }>(
    'select refusals::int as counted from notifications.shortage where sku = $1',
    [TOGGLED],
  );
  if (rows[0]?.counted !== TOGGLES - 2)
    throw new Error(`${rows[0]?.counted} refusals of ${TOGGLED} are counted, not ${TOGGLES - 2}.`);
}

/** How many mails each recipient got. Throws unless each alert is in one, and they are far enough from each other. */
async function checkMails({ database, products }: Shop): Promise<number[]> {
  const { rows: strayed } = await database.query(
    `select position from notifications.notification as alert
      where (select count(*) from notifications.mail
              where alert.position = any(alerts) and recipient = alert.recipient and state = 'sent') <> 1`,
  );
  if (strayed.length > 0) throw new Error(`${strayed.length} alerts are not in one mail each.`);
  const { rows: early } = await database.query(
    `select from (select created_at - lag(ended_at) over (partition by recipient order by created_at) as pause
                    from notifications.mail) as mail
      where pause < $1 * interval '1 second'`,
    [MAIL_SECONDS],
  );
  if (early.length > 0) throw new Error(`${early.length} mails came before ${MAIL_SECONDS} s had passed.`);
  const { rows } = await database.query<{ mails: number }>(
    'select count(*)::int as mails from notifications.mail group by recipient order by recipient',
  );
  const counts = rows.map(({ mails }) => mails);
  const files = await readdir(join(products[0]!.folder, 'mail'));
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (files.length !== all) throw new Error(`${files.length} mails were delivered, and ${all} are known.`);
  return counts;
}

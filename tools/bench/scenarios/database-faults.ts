import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTemplate, Postgres } from '../../chaos/postgres.js';
import { HONEST, honest, told } from '../honest.js';
import type { Outcome } from '../load.js';
import type { Finding } from '../report.js';
import type { Scenario } from '../scenario.js';
import { plentyOf, type Shop } from '../shop.js';

/** Longer than any fault, and until all is well again. */
const LONG_S = 300;
const POLL_MS = 50;

/**
 * PostgreSQL is stopped, and then its disk is full, while callers go on who wait when they are told to. Throws unless the
 * service refuses with 503 and says that it is not ready, health is answered all along, everything heals by itself and what was confirmed is
 * there.
 */
export const databaseFaults: Scenario = {
  name: 'database-faults',
  async run(bench) {
    const folder = await bench.newFolder();
    const postgres = await Postgres.start(await makeTemplate(folder), join(folder, 'postgres'));
    bench.after(() => postgres.remove());
    const shop = await bench.openShop(plentyOf([HONEST]), { databaseUrl: postgres.url() });
    const findings: Finding[] = [];
    const alone = await honest(shop, bench);
    findings.push(...told('a database that is well', alone, await shop.products[0]!.residentMemory()));

    const during = async (what: string, fault: () => Promise<void>) => {
      const done = new AbortController();
      const others = honest(shop, { seconds: LONG_S }, done.signal, true);
      const isOver = fault()
        .then(() => isReady(shop))
        .finally(() => done.abort());
      await Promise.race([others, isOver]);
      const { allocations, reads } = await others;
      await isOver;
      findings.push(
        ...told(what, await others, await shop.products[0]!.residentMemory()),
        { what: `${what}: longest wait of a call`, figures: [longestOf(allocations, reads)], unit: 'ms' },
        { what: `${what}: refused with 503`, figures: [refusedOf(allocations, reads)], unit: 'calls' },
      );
    };
    await during('PostgreSQL is stopped', async () => {
      postgres.signal('SIGSTOP');
      await isNotReady(shop, '');
      await isRefused(shop);
      if (!bench.isSmoke) await sleep(20_000);
      postgres.signal('SIGCONT');
    });
    // Only root can give it a disk of its own.
    if (postgres.hasDisk)
      await during('the disk of PostgreSQL is full', async () => {
        const { free } = await postgres.fillDisk();
        await isRefused(shop);
        await isNotReady(shop, 'disk');
        if (!bench.isSmoke) await sleep(10_000);
        await free();
        // A full disk may well have ended it.
        await postgres.ensureRunning();
      });
    await shop.connectAgain();
    await shop.check();
    return findings;
  },
};

const longestOf = (...outcomes: readonly Outcome[]) => Math.max(...outcomes.map(({ longest }) => longest));
const refusedOf = (...outcomes: readonly Outcome[]) =>
  outcomes.reduce((sum, { answers }) => sum + (answers.get(503)?.length ?? 0), 0);

/** Resolves once the service says that it is not ready, and this word of why. */
async function isNotReady({ url }: Shop, why: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/health/ready`);
    const text = await answer.text();
    if (answer.status === 503 && text.includes(why)) return;
    await sleep(POLL_MS);
  }
}

/** Resolves once a write is answered with 503. */
async function isRefused({ url }: Shop): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  for (let n = 0; ; n++) {
    // A long one, which soon needs another block.
    const body = JSON.stringify({
      reference: `${'x'.repeat(90)}-${Date.now()}-${n}`,
      sku: HONEST,
      quantity: 1,
    });
    const { status } = await fetch(`${url}/v1/batches`, { method: 'POST', headers, body });
    if (status === 503) return;
    if (status !== 201) throw new Error(`A batch was answered with ${status}.`);
  }
}

async function isReady({ url }: Shop): Promise<void> {
  while ((await fetch(`${url}/health/ready`)).status !== 200) await sleep(POLL_MS);
}

import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DataSource, type QueryRunner } from 'typeorm';
import { HEAD } from '../event-log/pruned.js';
import { withLongStatements } from '../postgres/long-statements.js';
import { Subscription } from '../subscriptions/readers/subscription.js';
import { IntegrityAccount, type Account, type AccountRow, type Difference } from './account.js';
import { compareAccounts, type AccountReader } from './compare-accounts.js';

/** Rows of an account that are held in memory at a time. */
const PORTION = 2_000;
/** More differences are not listed. */
export const MOST_DIFFERENCES = 1_000;

export interface IntegrityReport {
  /** Of the log, for which all of it holds. */
  readonly position: number;
  /** How many keys were compared. */
  readonly keys: number;
  /** Keys that were left out, since events of them are still to be handled. */
  readonly unsettled: number;
  /** The first `MOST_DIFFERENCES`. */
  readonly differences: readonly Difference[];
}

/** Compares what the features say of the same things, all at one moment: see `Account`. */
@Injectable()
export class Integrity {
  constructor(
    private readonly dataSource: DataSource,
    private readonly discovery: DiscoveryService,
  ) {}

  /** @param key only things of this key; undefined: all. It takes as long as to read all that is compared. */
  async check(key?: string): Promise<IntegrityReport> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      return await withLongStatements(runner, async () => {
        await runner.startTransaction('REPEATABLE READ');
        try {
          await runner.query('set transaction read only');
          // A partition that is dropped after this moment would be missing in it.
          await runner.query('lock table event_log.event in access share mode');
          await runner.query(`set local idle_in_transaction_session_timeout = '1h'`);
          return await this.#compare(runner, key ?? null);
        } finally {
          // It has changed nothing. If the connection is gone, so is the transaction.
          await runner.rollbackTransaction().catch(() => undefined);
        }
      });
    } finally {
      await runner.release();
    }
  }

  async #compare(runner: QueryRunner, key: string | null): Promise<IntegrityReport> {
    const [{ position, isWhole }] = (await runner.query(
      `select ${HEAD} as position, up_to = 0 as "isWhole" from event_log.pruned`,
    )) as [{ position: number; isWhole: boolean }];
    const accounts = this.#accounts().filter(({ needsWholeLog = false }) => isWhole || !needsWholeLog);
    const unsettled = await this.#unsettledKeys(runner, accounts, key);
    const readers: AccountReader[] = [];
    for (const [i, account] of accounts.entries()) readers.push(await openAccount(runner, account, i, key));

    const differences: Difference[] = [];
    let keys = 0;
    let last: string | undefined;
    for await (const compared of compareAccounts(readers)) {
      if (unsettled.has(compared.key)) continue;
      if (compared.key !== last) keys++;
      last = compared.key;
      differences.push(...compared.differences.slice(0, MOST_DIFFERENCES - differences.length));
    }
    return { position, keys, unsettled: unsettled.size, differences };
  }

  /** Keys with events that the subscriptions of the accounts have not handled, or have set aside. */
  async #unsettledKeys(
    runner: QueryRunner,
    accounts: readonly Account[],
    key: string | null,
  ): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const { options } of this.#subscriptions()) {
      if (!accounts.some(({ follows }) => follows === options.name)) continue;
      const rows = (await runner.query(
        `select key from event_log.event
          where position > (select position from event_log.subscription where name = $1) and type = any($2)
            and (handled_by is null or $1 <> all (handled_by)) and ($3::text is null or key = $3)
          union
         select key from event_log.set_aside where subscription = $1 and ($3::text is null or key = $3)`,
        [options.name, options.events, key],
      )) as { key: string }[];
      for (const row of rows) found.add(row.key);
    }
    return found;
  }

  #accounts(): Account[] {
    return this.discovery
      .getProviders({ metadataKey: IntegrityAccount.KEY })
      .map(({ instance }) => instance as Account);
  }

  #subscriptions() {
    return this.discovery
      .getProviders({ metadataKey: Subscription.KEY })
      .map((provider) => ({ options: this.discovery.getMetadataByDecorator(Subscription, provider)! }));
  }
}

/** Reads the account in portions, by a cursor. */
async function openAccount(
  runner: QueryRunner,
  account: Account,
  number: number,
  key: string | null,
): Promise<AccountReader> {
  const cursor = `account_${number}`;
  await runner.query(`declare ${cursor} no scroll cursor for ${account.statement}`, [key]);
  let portion: AccountRow[] = [];
  let place = 0;
  return {
    account,
    async next() {
      if (place === portion.length) {
        portion = (await runner.query(`fetch ${PORTION} from ${cursor}`)) as AccountRow[];
        place = 0;
      }
      return portion[place++];
    },
  };
}

import type { DataSource } from 'typeorm';
import type { ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { withTimeLimit } from '../../kernel/lifecycle/time-limit.js';
import type { Authenticator } from './authenticator.js';
import { readKeys, recordUse, type StoredKey } from './keys/keys.js';

/**
 * How often an instance looks for keys that were created or revoked. It reads all of them: on two busy cores 10 take
 * 0.2 ms, 1,000 take 8 ms and 10,000 take 40 ms. Services with more callers need an issuer of tokens.
 */
const REFRESH_EVERY_MS = 500;

/** Time limit of one refresh: well below `TRUSTED_FOR_MS`, so that a second one still comes in time. */
const REFRESH_LIMIT_MS = 3_000;

/** Keeps the keys of `Authenticator` up to date, and records in the database which keys are used. */
export class ApiKeyRefresher extends PeriodicJob {
  /** The keys that were read last; null before the first time. */
  #known: ReadonlyMap<string, StoredKey> | null = null;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly authenticator: Authenticator,
    private readonly context: ProcessContext,
  ) {
    super(context, {
      name: 'access',
      everyMs: REFRESH_EVERY_MS,
      recordsEvents: false,
      failure: 'Cannot read the API keys',
      loggedAt: 5,
    });
  }

  /** Resolves when it is known whether calls need a key, so that none is served before. */
  static async start(
    dataSource: DataSource,
    authenticator: Authenticator,
    context: ProcessContext,
  ): Promise<ApiKeyRefresher> {
    const refresher = new ApiKeyRefresher(dataSource, authenticator, context);
    await refresher.refresh();
    return refresher;
  }

  override async stop(): Promise<void> {
    await super.stop();
    if (this.context === 'server') await this.#recordUse().catch(() => undefined);
  }

  async refresh(): Promise<void> {
    const wasEnabled = this.authenticator.isEnabled;
    const before = performance.now();
    const keys = await readKeys(this.dataSource);
    this.authenticator.setKeys(keys, before);
    this.#logChanges(keys);
    if (this.authenticator.isEnabled && !wasEnabled && this.context === 'server')
      this.logger.log('API keys exist: authentication is now required');
  }

  protected override async run(): Promise<void> {
    // A dead connection may not answer for minutes: the next run takes another one.
    await withTimeLimit(this.refresh(), REFRESH_LIMIT_MS);
    await this.#recordUse();
  }

  async #recordUse(): Promise<void> {
    const used = this.authenticator.drainUsedKeyIds();
    if (used.length === 0) return;
    try {
      const first = await withTimeLimit(recordUse(this.dataSource, used), REFRESH_LIMIT_MS);
      for (const name of first) this.logger.log(`The key ${name} was used for the first time`);
    } catch (error) {
      // A key may be used once and never again.
      this.authenticator.putBackUsed(used);
      throw error;
    }
  }

  #logChanges(keys: readonly StoredKey[]): void {
    const known = this.#known;
    this.#known = new Map(keys.map((key) => [key.id, key]));
    if (known === null || this.context !== 'server') return;
    for (const { id, name, scopes, isRevoked } of keys) {
      const before = known.get(id);
      if (before === undefined)
        this.logger.log(`The key ${name} was created`, { key: `earmark_${id}_…`, scopes: scopes.join(',') });
      if (isRevoked && before?.isRevoked !== true)
        this.logger.log(`The key ${name} was revoked`, { key: `earmark_${id}_…` });
    }
  }
}

import type { DataSource } from 'typeorm';
import type { ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { withTimeLimit } from '../../kernel/lifecycle/time-limit.js';
import type { Authenticator } from './authenticator.js';
import { readKeys, recordUse, type StoredKey } from './keys/keys.js';

/**
 * How often an instance looks for keys that were created or revoked. It reads all of them: on two busy cores 10 take
 * 0.2 ms, 1,000 take 8 ms and 10,000 take 40 ms; who wants more wants an issuer of tokens.
 */
const LOOK_EVERY_MS = 500;

/** For how long a look is waited for: well below `TRUSTED_FOR_MS`, so that a second one still comes in time. */
const PATIENCE_MS = 3_000;

/** Keeps `Authenticator` up to date for as long as the service runs, and notes in the database which keys are used. */
export class ApiKeyRefresher extends PeriodicJob {
  /** Those that were read last; null before the first time. */
  #known: ReadonlyMap<string, StoredKey> | null = null;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly access: Authenticator,
    private readonly context: ProcessContext,
  ) {
    super(context, {
      name: 'access',
      everyMs: LOOK_EVERY_MS,
      failure: 'Cannot read the API keys',
      loggedAt: 5,
    });
  }

  /** Resolves when it is known whether a call needs a key, so that none is served before. */
  static async start(
    dataSource: DataSource,
    access: Authenticator,
    context: ProcessContext,
  ): Promise<ApiKeyRefresher> {
    const watch = new ApiKeyRefresher(dataSource, access, context);
    await watch.refresh();
    return watch;
  }

  override async stop(): Promise<void> {
    await super.stop();
    if (this.context === 'server') await this.#recordUse().catch(() => undefined);
  }

  async refresh(): Promise<void> {
    const wasOn = this.access.isEnabled;
    const before = performance.now();
    const keys = await readKeys(this.dataSource);
    this.access.setKeys(keys, before);
    this.#sayWhatChanged(keys);
    if (this.access.isEnabled && !wasOn && this.context === 'server')
      this.logger.log('There are keys: every call needs one');
  }

  protected override async run(): Promise<void> {
    // A connection that died without a word may not answer for minutes: the next run takes another one.
    await withTimeLimit(this.refresh(), PATIENCE_MS);
    await this.#recordUse();
  }

  async #recordUse(): Promise<void> {
    const used = this.access.drainUsedKeyIds();
    if (used.length === 0) return;
    try {
      const first = await withTimeLimit(recordUse(this.dataSource, used), PATIENCE_MS);
      for (const name of first) this.logger.log(`The key ${name} was used for the first time`);
    } catch (error) {
      // A key may be used once and never again.
      this.access.putBackUsed(used);
      throw error;
    }
  }

  #sayWhatChanged(keys: readonly StoredKey[]): void {
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

import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { currentMeter, onCollect } from '../../kernel/metrics/instruments.js';
import { LastCheck } from '../persistence/last-check.js';
import { LEDGER_SETTINGS, type LedgerSettings } from '../settings/ledger-settings.js';

/** Measures what the last check of all figures has found, and how long ago that was. */
@Injectable()
export class IntegrityMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  #stop: () => void = () => undefined;

  constructor(
    private readonly lastCheck: LastCheck,
    @Inject(LEDGER_SETTINGS) private readonly settings: LedgerSettings,
  ) {}

  onApplicationBootstrap(): void {
    const meter = currentMeter();
    const differences = meter.createObservableGauge('earmark.integrity.differences', {
      unit: '{difference}',
      description: 'Figures of batches that differed in the last check.',
    });
    const age = meter.createObservableGauge('earmark.integrity.age', {
      unit: 's',
      description:
        'How long ago the last check of the figures of batches ended; if none has, for how long one is awaited.',
    });
    this.#stop = onCollect([differences, age], async (result) => {
      const last = await this.lastCheck.find();
      if (last.differences !== null) result.observe(differences, last.differences);
      // Nobody waits for a check that is switched off.
      if (this.settings.integrityHours !== null) result.observe(age, last.ageSeconds);
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }
}

import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Counter } from '@opentelemetry/api';
import { currentMeter, initialiseAtZero } from '../../kernel/metrics/instruments.js';

const OUTCOMES = {
  sent: { outcome: 'sent' },
  delayed: { outcome: 'delayed' },
  refused: { outcome: 'refused' },
};

/** Counts what becomes of each attempt to send an alert. */
@Injectable()
export class MailMetrics implements OnApplicationBootstrap {
  #mails: Counter | null = null;

  onApplicationBootstrap(): void {
    const mails = currentMeter().createCounter('earmark.mails', {
      unit: '{mail}',
      description: 'Attempts to send an alert, by outcome.',
    });
    this.#mails = initialiseAtZero(mails, ...Object.values(OUTCOMES));
  }

  count(outcome: keyof typeof OUTCOMES): void {
    this.#mails?.add(1, OUTCOMES[outcome]);
  }
}

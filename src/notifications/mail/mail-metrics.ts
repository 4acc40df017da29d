import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Counter } from '@opentelemetry/api';
import { currentMeter, initialiseAtZero } from '../../kernel/metrics/instruments.js';

const OUTCOMES = {
  sent: { outcome: 'sent' },
  delayed: { outcome: 'delayed' },
  refused: { outcome: 'refused' },
};

/** Counts attempts to send a mail, by outcome. */
@Injectable()
export class MailMetrics implements OnApplicationBootstrap {
  #mails: Counter | null = null;

  onApplicationBootstrap(): void {
    const mails = currentMeter().createCounter('earmark.mails', {
      unit: '{mail}',
      description: 'Attempts to send a mail, by outcome.',
    });
    this.#mails = initialiseAtZero(mails, ...Object.values(OUTCOMES));
  }

  count(outcome: keyof typeof OUTCOMES): void {
    this.#mails?.add(1, OUTCOMES[outcome]);
  }
}

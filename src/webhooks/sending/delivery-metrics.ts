import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Counter } from '@opentelemetry/api';
import { currentMeter, initialiseAtZero, onCollect } from '../../kernel/metrics/instruments.js';
import { QueueState } from '../persistence/queue-state.js';

const OUTCOMES = {
  delivered: { outcome: 'delivered' },
  delayed: { outcome: 'delayed' },
  failed: { outcome: 'failed' },
};

/** Counts attempts to deliver an event, by outcome, and measures what waits. */
@Injectable()
export class DeliveryMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  #attempts: Counter | null = null;
  #stop: () => void = () => undefined;

  constructor(private readonly queueState: QueueState) {}

  onApplicationBootstrap(): void {
    const meter = currentMeter();
    const attempts = meter.createCounter('earmark.webhooks.deliveries', {
      unit: '{delivery}',
      description:
        'Attempts to deliver an event to a webhook, by outcome; failed: there is no further attempt.',
    });
    this.#attempts = initialiseAtZero(attempts, ...Object.values(OUTCOMES));
    const overdue = meter.createObservableGauge('earmark.webhooks.due.age', {
      unit: 's',
      description: 'For how long the oldest delivery that is due has been waiting for a sender; 0: none is.',
    });
    const disabled = meter.createObservableGauge('earmark.webhooks.disabled', {
      unit: '{webhook}',
      description: 'Webhooks that were disabled because their receivers are gone or did not answer.',
    });
    const failing = meter.createObservableGauge('earmark.webhooks.failing', {
      unit: '{webhook}',
      description: 'Webhooks that are enabled, and that no attempt has reached since one has failed.',
    });
    const failingAge = meter.createObservableGauge('earmark.webhooks.failing_age', {
      unit: 's',
      description:
        'For how long that has been so for the one that it has been so for longest; 0: there is none.',
    });
    this.#stop = onCollect([overdue, disabled, failing, failingAge], async (result) => {
      const state = await this.queueState.read();
      result.observe(overdue, state.dueSeconds);
      result.observe(disabled, state.disabled);
      result.observe(failing, state.failing);
      result.observe(failingAge, state.failingSeconds);
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }

  count(outcome: keyof typeof OUTCOMES, attempts = 1): void {
    this.#attempts?.add(attempts, OUTCOMES[outcome]);
  }
}

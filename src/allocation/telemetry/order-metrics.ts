import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Counter } from '@opentelemetry/api';
import { currentMeter, initialiseAtZero } from '../../kernel/metrics/instruments.js';

/** Counts orders that were refused as a whole, which no event of a product shows. */
@Injectable()
export class OrderMetrics implements OnApplicationBootstrap {
  #refusals: Counter | undefined;

  onApplicationBootstrap(): void {
    this.#refusals = currentMeter().createCounter('earmark.orders.refused', {
      unit: '{order}',
      description: 'Orders that were not put or confirmed, since a line did not fit.',
    });
    initialiseAtZero(this.#refusals, {});
  }

  /** A line of the order does not fit, so nothing has changed (rule 10). */
  refused(): void {
    this.#refusals?.add(1);
  }
}

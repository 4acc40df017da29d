import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { currentMeter, initialiseAtZero } from '../../kernel/metrics/instruments.js';

/** Counts the steps of simulations. */
@Injectable()
export class SimulationMetrics implements OnApplicationBootstrap {
  #steps: { add(steps: number): void } | undefined;

  onApplicationBootstrap(): void {
    this.#steps = initialiseAtZero(
      currentMeter().createCounter('earmark.simulated.steps', {
        unit: '{step}',
        description: 'Steps of simulations, those included that would have been refused.',
      }),
      {},
    );
  }

  simulated(steps: number): void {
    this.#steps?.add(steps);
  }
}

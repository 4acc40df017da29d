import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { currentMeter, initialiseAtZero } from '../../kernel/metrics/instruments.js';

/** Counts reallocation runs, and the lines that they have changed. */
@Injectable()
export class ReallocationMetrics implements OnApplicationBootstrap {
  #runs: { add(runs: number): void } | undefined;
  #lines: { add(lines: number): void } | undefined;

  onApplicationBootstrap(): void {
    this.#runs = initialiseAtZero(
      currentMeter().createCounter('earmark.reallocation.runs', {
        unit: '{run}',
        description: 'Reallocation runs that were carried out.',
      }),
      {},
    );
    this.#lines = initialiseAtZero(
      currentMeter().createCounter('earmark.reallocation.lines', {
        unit: '{line}',
        description: 'Order lines that got other units by a reallocation run, or lost theirs.',
      }),
      {},
    );
  }

  ran(lines: number): void {
    this.#runs?.add(1);
    this.#lines?.add(lines);
  }
}

import type { Steps } from '../domain/steps.js';

/** Takes the steps, and lets the event loop serve others after each. */
export async function takeInTurns<R>(steps: Steps<R>): Promise<R> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';

/** Has Jest leave out what comes in a spec file after the first failure: one is enough to kill a mutant. */
export default class FailFastEnvironment extends TestEnvironment {
  #hasFailed = false;

  handleTestEvent(event: Circus.AsyncEvent | Circus.SyncEvent): void {
    if (event.name === 'test_fn_failure') this.#hasFailed = true;
    // Where what comes before all tests fails, each of them has to fail with it.
    if (event.name === 'hook_failure' && event.test) this.#hasFailed = true;
    if (event.name === 'test_start' && this.#hasFailed) event.test.mode = 'skip';
  }
}

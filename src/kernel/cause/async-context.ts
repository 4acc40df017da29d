import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * A value that goes along with a piece of work and all that it starts. Before Node 24 an `AsyncLocalStorage` that was
 * entered once slows down every promise of the process, so it is switched off while no work is inside.
 */
export class AsyncContext<T> {
  readonly #storage = new AsyncLocalStorage<T>();
  #inside = 0;

  get current(): T | undefined {
    return this.#storage.getStore();
  }

  async run<R>(value: T, work: () => Promise<R>): Promise<R> {
    this.#inside++;
    try {
      return await this.#storage.run(value, work);
    } finally {
      if (--this.#inside === 0) this.#storage.disable();
    }
  }
}

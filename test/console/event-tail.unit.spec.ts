import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';

interface Tail {
  subscribe(listener: () => void): () => void;
  tail(): { readonly isPaused: boolean };
  pause(): void;
  resume(): void;
}

/** By a variable, since the types of the tests know no browser. */
const MODULE = '../../console/src/pages/events/event-tail.js';

let newTail: () => Tail;
beforeAll(async () => {
  // The console asks the host that has sent its page.
  Object.assign(globalThis, { window: { location: { origin: 'http://127.0.0.1' } } });
  const { EventTail } = (await import(MODULE)) as { EventTail: new (filter: object) => Tail };
  newTail = () => new EventTail({});
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, 'window');
});

it('The event list is rendered once when it is paused, not for each step of scrolling', () => {
  const tail = newTail();
  const render = jest.fn();
  tail.subscribe(render);
  for (let step = 0; step < 100; step++) tail.pause();
  expect(tail.tail().isPaused).toBe(true);
  expect(render).toHaveBeenCalledTimes(1);
});

it('The event list can be paused again after it went on', () => {
  const tail = newTail();
  tail.pause();
  tail.resume();
  expect(tail.tail().isPaused).toBe(false);
  tail.pause();
  expect(tail.tail().isPaused).toBe(true);
});

import type { SubscriptionBody } from '@earmark/client';
import { useEffect, useSyncExternalStore } from 'react';

export interface Lag {
  readonly at: number;
  readonly events: number;
}

/** Twenty minutes at a sample every five seconds. */
const MOST = 240;

let samples: ReadonlyMap<string, readonly Lag[]> = new Map();
let last = 0;
const listeners = new Set<() => void>();

/** Keeps how far each subscription was behind, as long as this browser shows the console: the service tells only of now. */
function keep(subscriptions: readonly SubscriptionBody[], at: number): void {
  if (at <= last) return;
  last = at;
  samples = new Map(
    subscriptions.map(({ name, lag }) => [
      name,
      [...(samples.get(name) ?? []), { at, events: lag.events }].slice(-MOST),
    ]),
  );
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The samples of each subscription, the newest last. @param at when the answer with these subscriptions came */
export function useLagSamples(
  subscriptions: readonly SubscriptionBody[] | undefined,
  at: number,
): ReadonlyMap<string, readonly Lag[]> {
  useEffect(() => {
    if (subscriptions) keep(subscriptions, at);
  }, [subscriptions, at]);
  return useSyncExternalStore(subscribe, () => samples);
}

/** Between two attempts to reach a server, and up to a tenth of a second more. */
const PAUSE_MS = 250;
const JITTER_MS = 100;
/** A clock that is put right by less is no jump. */
const TOLERATED_MS = 1_000;
/** Attempts without a pause after a jump: each server of a cluster gets one. */
const MOST_SERVERS = 16;

/** How far the calendar is ahead of the monotonic clock, in milliseconds. */
const offsetNow = (): number => Date.now() - performance.now();

/**
 * For `reconnectDelayHandler` of the NATS client, which compares calendar times: if the clock is put back by a day while a
 * server is away, the client would wait for a day. After such a jump the next attempts are due at once.
 * @returns milliseconds from the last attempt to the next one, by the calendar
 */
export function reconnectDelay(): () => number {
  let offset = offsetNow();
  let lost = 0;
  let attempts = 0;
  return () => {
    const now = offsetNow();
    if (now < offset - TOLERATED_MS) {
      lost = offset - now + (attempts > 0 ? lost : 0);
      attempts = MOST_SERVERS;
    }
    offset = now;
    if (attempts === 0) return PAUSE_MS + Math.random() * JITTER_MS;
    attempts--;
    return -lost;
  };
}

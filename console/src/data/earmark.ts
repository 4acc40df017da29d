import { Earmark } from '@earmark/client';

/** The service that has sent this page. A browser that is signed in sends its cookie by itself. */
export const earmark = new Earmark({ url: window.location.origin, maxRetries: 2, timeoutMs: 30_000 });

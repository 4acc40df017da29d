import { Earmark, type EarmarkEvent, type FollowOptions } from '@earmark/client';

interface Options extends FollowOptions {
  /** Called for each connection that is there. On a quiet service no event would say so. */
  readonly onOpen: () => void;
}

/** The events as they happen, over a connection of their own. */
export function followEvents({ onOpen, ...options }: Options): AsyncGenerator<EarmarkEvent, void, undefined> {
  const client = new Earmark({
    url: window.location.origin,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.ok) onOpen();
      return response;
    },
  });
  return client.events(options);
}

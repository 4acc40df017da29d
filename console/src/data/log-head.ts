import { earmark } from './earmark.js';

/** The position of the newest event: the live feed begins with a message that has nothing but that. */
export async function headOfLog(signal: AbortSignal): Promise<number> {
  const controller = new AbortController();
  const { response } = await earmark.events.list({
    headers: { Accept: 'text/event-stream' } as Record<string, unknown>,
    parseAs: 'stream',
    signal: AbortSignal.any([signal, controller.signal]),
  });
  try {
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; ;) {
      const { done, value } = await reader.read();
      if (done) throw new Error('The live feed has ended before it said where it is.');
      text += value;
      const position = /^id: ?(\d+)\r?\n/m.exec(text)?.[1];
      if (position !== undefined) return Number(position);
    }
  } finally {
    controller.abort();
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { between } from './markdown.js';
import { ROOT } from './source.js';

export const CLIENT_PAGE = 'client/README.md';

/** What the page shows, by the names of its parts: programs that tests compile and run. */
const EXAMPLES = {
  'The example': 'first-order.ts',
  'The checkout': 'checkout.ts',
  'The feed': 'follow-events.ts',
  'The receiver': 'receive-webhooks.ts',
};

/** The page of the client, with its examples as they are. */
export async function clientPage(): Promise<string> {
  let page = await readFile(join(ROOT, CLIENT_PAGE), 'utf8');
  for (const [part, file] of Object.entries(EXAMPLES)) {
    const code = await readFile(join(ROOT, 'client/examples', file), 'utf8');
    page = between(page, part, `\`\`\`ts\n${code}\`\`\``);
  }
  return page;
}

import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';

const BUILT = new URL('../../dist/console/', import.meta.url);
const MOST_BYTES = 150_000;

it('The first page of the console loads at most 150 kB, compressed by gzip', async () => {
  const assets = await readdir(new URL('assets/', BUILT));
  const page = await readFile(new URL('index.html', BUILT), 'utf8');
  const needed = new Set([...page.matchAll(/="\/console\/assets\/([^"]+)"/g)].map(([, name]) => name!));
  // The script loads the overview, with its styles if it has any.
  for (const name of assets) if (/^overview-page-[\w-]+\.(?:js|css)$/.test(name)) needed.add(name);
  let bytes = gzipSync(page).length;
  // A set can grow while it is read: what a script imports is needed, too. What it imports later, when it runs, is not.
  for (const name of needed) {
    const content = await readFile(new URL(`assets/${name}`, BUILT));
    bytes += gzipSync(content).length;
    if (!name.endsWith('.js')) continue;
    for (const [, imported] of content.toString().matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g))
      needed.add(imported!);
  }

  expect([...needed]).toEqual(expect.arrayContaining([expect.stringMatching(/^overview-page-/)]));
  expect([...needed].map((name) => name.split('.').at(-1))).toEqual(expect.arrayContaining(['css']));
  expect(needed.size).toBeGreaterThan(4);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});

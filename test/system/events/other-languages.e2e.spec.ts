import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { childEnvironment } from '../../../testing/child-environment.js';
import { describeWith } from '../../support/brokers.js';
import { Shop } from '../../support/shop.js';

const run = promisify(execFile);

// A process of its own, while other tests use the same machine.

const page = await readFile(join(import.meta.dirname, '../../../docs/integrations.md'), 'utf8');
const python = [...page.matchAll(/```python\n([\s\S]*?)```/g)].map(([, code]) => code!).join('\n');

describeWith('python3', 'The Python of docs/integrations.md', () => {
  let shop: Shop;
  let positions: number[];
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.buy('PO-1', 'LAMP', 100);
    for (let i = 1; i <= 3; i++) await shop.order(`o-${i}`, 'LAMP', i);
    const { items } = (await shop.get<{ items: { position: number }[] }>('/v1/events?limit=500')).body;
    positions = items.map(({ position }) => position);
  });
  afterAll(() => shop.close());

  /** The positions of what a function handles after a position, up to the last of the log. */
  async function handled(name: 'follow' | 'listen', after: number): Promise<number[]> {
    const program = `${python}
import sys
def handle(event):
    print(event["position"], flush=True)
    if event["position"] == ${positions.at(-1)}:
        sys.exit(0)
${name}(${after}, handle)`;
    const env = { ...childEnvironment(), EARMARK_API: shop.service.url };
    const { stdout } = await run('python3', ['-c', program], { env });
    return stdout.trim().split('\n').map(Number);
  }

  it.each(['follow', 'listen'] as const)(
    'handles each event after a position, in order: %s',
    async (name) => {
      expect(positions).toHaveLength(4);
      expect(await handled(name, 0)).toEqual(positions);
      expect(await handled(name, positions[1]!)).toEqual(positions.slice(2));
    },
  );

  it('fails on events that are not there, instead of waiting for them', async () => {
    const beyond = positions.at(-1)! + 1_000;
    await expect(handled('follow', beyond)).rejects.toThrow(/HTTP Error 410/);
  });
});

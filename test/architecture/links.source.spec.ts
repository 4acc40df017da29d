import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('The documentation', () => {
  it('has no broken link', async () => {
    const pages = [
      ...(await readdir(ROOT)),
      ...(await filesIn('docs')),
      ...(await filesIn('src')),
      ...(await filesIn('client')),
      ...(await filesIn('test')),
    ].filter((file) => file.endsWith('.md'));
    expect(pages).toEqual(expect.arrayContaining(['README.md', join('src', 'batches', 'MODULE.md')]));
    const links = pages.flatMap((page) => linksIn(join(ROOT, page)));
    expect(links.length).toBeGreaterThan(30);
    expect(links.filter(({ isThere }) => !isThere).map(({ from, to }) => `${from}: ${to}`)).toEqual([]);
  });

  it.each(['README.md', join('docs', 'guarantees.md')])(
    'names no test that does not exist as a proof: %s',
    async (page) => {
      const specs = (await filesIn('test')).filter((file) => file.endsWith('.spec.ts'));
      const isThere = (proof: string) => specs.some((spec) => `/${spec}`.endsWith(`/${proof}`));
      const text = readFileSync(join(ROOT, page), 'utf8');
      const proofs = [...text.matchAll(/`([\w/.-]+\.spec\.ts)`/g)].map(([, proof]) => proof!);
      expect(proofs.length).toBeGreaterThan(5);
      expect(proofs.filter((proof) => !isThere(proof))).toEqual([]);
    },
  );
});

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(join(ROOT, folder), { recursive: true })).map((file) => join(folder, file));

function linksIn(page: string) {
  const targets = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  const inside = targets.filter((target) => !/^[a-z]+:/.test(target));
  return inside.map((target) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    const isThere = existsSync(file) && (anchor === undefined || headingsOf(file).includes(anchor));
    return { from: relative(ROOT, page), to: target, isThere };
  });
}

/** As the usual renderers name them. */
function headingsOf(page: string): string[] {
  const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

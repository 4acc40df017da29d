import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { escaped, recordingPicture, tourOf, typedIn } from '../../tools/docgen/recording.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

describe('The recording in the README', () => {
  it('shows the tour that the README has; npm run docs:recording makes it again', async () => {
    const tour = tourOf(await read('README.md'));

    expect(await read('docs/tour.svg')).toContain(`<desc>${escaped(typedIn(tour))}</desc>`);
  });

  it('shows each command before its answer, and cuts a long answer short', () => {
    const tour = tourOf('## Two minutes with curl\n\n```sh\n# One <b>.\nfirst\n\nsecond\n```\n');
    const picture = recordingPicture(tour, [
      { command: 'first', output: 'x'.repeat(1_000), seconds: 1 },
      { command: 'second', output: '', seconds: 1 },
    ]);
    const shown = [...picture.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);

    expect(shown).toEqual(['# One &lt;b&gt;.', '$ first', 'x'.repeat(112), 'x'.repeat(112), '…', '$ second']);
  });

  it('cannot be made of a README without a tour', () => {
    expect(() => tourOf('# Earmark\n\n```sh\nnpm start\n```\n')).toThrow('Two minutes with curl');
  });
});

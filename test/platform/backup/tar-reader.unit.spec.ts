import { describe, expect, it } from '@jest/globals';
import { InvalidArchive, readTar } from '../../../src/platform/backup/tar-reader.js';

interface Written {
  readonly name: string;
  readonly content?: Buffer;
  readonly type?: string;
  /** Of the header, in place of the length of the content. */
  readonly size?: Buffer;
}

const BLOCK = 512;

function headerOf({ name, content = Buffer.alloc(0), type = '0', size }: Written): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  (size ?? Buffer.from(content.length.toString(8).padStart(11, '0'))).copy(header, 124);
  header.write(type, 156);
  header.write('ustar\0', 257);
  header.fill(' ', 148, 156);
  header.write(
    header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0') + '\0 ',
    148,
  );
  return header;
}

function archiveOf(...written: readonly Written[]): Buffer {
  const parts = written.flatMap((each) => {
    const content = each.content ?? Buffer.alloc(0);
    return [headerOf(each), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** What is in it, if it arrives in parts of so many bytes. */
async function read(archive: Buffer, partBytes = 1_000): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  let current = '';
  async function* parts() {
    for (let i = 0; i < archive.length; i += partBytes)
      yield await Promise.resolve(archive.subarray(i, i + partBytes));
  }
  await readTar(parts(), {
    begin({ path, kind }) {
      current = path;
      found[path] = kind === 'directory' ? '(directory)' : '';
      return Promise.resolve();
    },
    data(part) {
      found[current] += part.toString();
      return Promise.resolve();
    },
    end() {
      found[current] += '.';
      return Promise.resolve();
    },
  });
  return found;
}

describe('A tar archive', () => {
  const content = Buffer.from('one '.repeat(300));

  it.each([1, 511, 512, 513, 100_000])('is read in parts of %i bytes', async (partBytes) => {
    const archive = archiveOf(
      { name: 'base/', type: '5' },
      { name: 'base/1', content },
      { name: 'empty' },
      { name: './whole', content: Buffer.alloc(BLOCK, 'x') },
    );
    expect(await read(archive, partBytes)).toEqual({
      base: '(directory)',
      'base/1': `${content.toString()}.`,
      empty: '.',
      whole: `${'x'.repeat(BLOCK)}.`,
    });
  });

  it('may have files whose size does not fit into octal digits', async () => {
    const size = Buffer.alloc(12);
    size[0] = 0x80;
    size.writeBigUInt64BE(3n, 4);
    expect(await read(archiveOf({ name: 'a', content: Buffer.from('abc'), size }))).toEqual({ a: 'abc.' });
  });

  it.each(['/etc/passwd', '../up', 'base/../../up', 'a//b'])(
    'is refused if it has the path %s, which leads out of it',
    async (name) => {
      await expect(read(archiveOf({ name }))).rejects.toThrow(`leads out of it: "${name}"`);
    },
  );

  it('is refused if it has a link', async () => {
    await expect(read(archiveOf({ name: 'pg_tblspc/1', type: '2' }))).rejects.toThrow(
      'neither a file nor a directory: "pg_tblspc/1"',
    );
  });

  it.each([100, BLOCK + 100, BLOCK + 1_210])('is refused if it ends after %i bytes', async (length) => {
    const cut = archiveOf({ name: 'a', content }).subarray(0, length);
    await expect(read(cut)).rejects.toThrow(new InvalidArchive('ends early'));
  });

  it('is refused if a header is damaged', async () => {
    const archive = archiveOf({ name: 'a', content });
    archive[3] = 1;
    await expect(read(archive)).rejects.toThrow('damaged');
  });
});

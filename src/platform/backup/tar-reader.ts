/*
 * PostgreSQL sends a base backup as a tar archive of the plainest kind (ustar without extensions), so that a reader of a
 * hundred lines does, and no library of archives has to be trusted with paths.
 */

export interface TarEntry {
  /** Relative to the archive's directory, with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** Bytes. */
  readonly size: number;
}

/** Takes what is in an archive, in its order. */
export interface TarVisitor {
  begin(entry: TarEntry): Promise<void>;
  /** A part of the file that was begun last. */
  data(part: Buffer): Promise<void>;
  /** The file that was begun last is complete. */
  end(): Promise<void>;
}

export class InvalidArchive extends Error {
  constructor(why: string) {
    super(`The archive ${why}.`);
    this.name = new.target.name;
  }
}

const BLOCK = 512;

/**
 * Reads an archive.
 * @throws {InvalidArchive} if it ends early, holds anything but files and directories, or a path that leads out of it
 */
export async function readTar(source: AsyncIterable<Buffer>, visitor: TarVisitor): Promise<void> {
  const blocks = new Blocks(source);
  for (;;) {
    const header = await blocks.take(BLOCK);
    if (header === null) throw new InvalidArchive('ends early');
    if (header.every((byte) => byte === 0)) return;
    const entry = entryOf(header);
    await visitor.begin(entry);
    if (entry.kind === 'directory') continue;
    let rest = entry.size;
    while (rest > 0) {
      const part = await blocks.takeSome(rest);
      if (part === null) throw new InvalidArchive('ends early');
      await visitor.data(part);
      rest -= part.length;
    }
    await visitor.end();
    const padding = (BLOCK - (entry.size % BLOCK)) % BLOCK;
    if (padding > 0 && (await blocks.take(padding)) === null) throw new InvalidArchive('ends early');
  }
}

function entryOf(header: Buffer): TarEntry {
  const text = (from: number, length: number) => {
    const field = header.subarray(from, from + length);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end < 0 ? length : end);
  };
  if (Number.parseInt(text(148, 8), 8) !== checksumOf(header))
    throw new InvalidArchive('is damaged: a header has another checksum');
  const [name, prefix] = [text(0, 100), text(345, 155)];
  const path = (prefix === '' ? name : `${prefix}/${name}`).replace(/\/+$/, '').replace(/^\.\//, '');
  if (path === '' || path.startsWith('/') || path.split('/').some((part) => part === '..' || part === ''))
    throw new InvalidArchive(`has a path that leads out of it: ${JSON.stringify(path)}`);
  const type = String.fromCharCode(header[156]!);
  if (type === '5') return { path, kind: 'directory', size: 0 };
  if (type !== '0' && type !== '\0')
    throw new InvalidArchive(`has an entry that is neither a file nor a directory: ${JSON.stringify(path)}`);
  return { path, kind: 'file', size: sizeIn(header) };
}

/** In octal digits, or from 8 GB on as a binary number, whose first bit is set. */
function sizeIn(header: Buffer): number {
  const field = header.subarray(124, 136);
  if ((field[0]! & 0x80) === 0) return Number.parseInt(field.toString('latin1').trim() || '0', 8);
  return Number(field.readBigUInt64BE(4));
}

/** The sum of all bytes, as if those of the checksum were blanks. */
function checksumOf(header: Buffer): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  return sum;
}

/** A stream that is taken in pieces of any length. */
class Blocks {
  readonly #parts: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#parts = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes; null if there are fewer. */
  async take(length: number): Promise<Buffer | null> {
    while (this.#left.length < length) {
      const next = await this.#parts.next();
      if (next.done === true) return null;
      this.#left = Buffer.concat([this.#left, next.value]);
    }
    return this.#cut(length);
  }

  /** Between one byte and so many; null at the end. */
  async takeSome(most: number): Promise<Buffer | null> {
    while (this.#left.length === 0) {
      const next = await this.#parts.next();
      if (next.done === true) return null;
      this.#left = next.value;
    }
    return this.#cut(Math.min(most, this.#left.length));
  }

  #cut(length: number): Buffer {
    const cut = this.#left.subarray(0, length);
    this.#left = this.#left.subarray(length);
    return cut;
  }
}

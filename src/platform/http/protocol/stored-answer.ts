import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesTag } from './etag.js';
import { qualityValues } from './quality-values.js';

const compress = promisify(gzip);

/** The options of a route that sends a `StoredAnswer`. */
export const STORED_ROUTE = { config: { takesIfNoneMatch: true } };

/** Compressing less is not worth the time of either side. */
const LEAST_COMPRESSED_BYTES = 1_024;

/** Codings in which an answer may be sent, the preferred one first. */
const CODINGS = ['br', 'gzip'] as const;
type Coding = (typeof CODINGS)[number];

/** A body, and what it is in each coding. */
export interface EncodedBody extends Readonly<Partial<Record<Coding, Buffer>>> {
  readonly plain: Buffer;
}

interface Stored {
  readonly type: string;
  readonly etag: string;
  readonly body: EncodedBody;
}

/** An answer that is the same for everybody: made at the first call, compressed once, and kept in one copy. */
export class StoredAnswer {
  #stored: Promise<Stored> | null = null;

  /**
   * @param type its media type
   * @param make makes the body; called again only if it failed. What it has not encoded itself is compressed by gzip.
   * @param chosenBy headers of the request by which this answer was chosen among others
   */
  constructor(
    private readonly type: string,
    private readonly make: () => Promise<Buffer | string> | Buffer | string | EncodedBody,
    private readonly chosenBy: readonly string[] = [],
  ) {}

  /** Answers with it, or with 304 if the caller has it already. */
  async send({ headers }: Pick<FastifyRequest, 'headers'>, reply: FastifyReply): Promise<void> {
    const { type, etag, body } = await this.#load();
    const coding = preferredCoding(body, headers['accept-encoding']);
    void reply.headers({ etag, vary: [...this.chosenBy, 'accept-encoding'].join(', ') });
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-cache');
    if (matchesTag(etag, headers['if-none-match'] ?? '')) {
      await reply.code(304).send();
      return;
    }
    if (coding !== null) void reply.header('content-encoding', coding);
    await reply.header('content-type', type).send(body[coding ?? 'plain']);
  }

  #load(): Promise<Stored> {
    return (this.#stored ??= this.#store().catch((error: unknown) => {
      this.#stored = null;
      throw error;
    }));
  }

  async #store(): Promise<Stored> {
    const made = await this.make();
    const body = typeof made === 'string' || Buffer.isBuffer(made) ? await encode(Buffer.from(made)) : made;
    // Weak, since it stands for all encodings.
    const etag = `W/"${createHash('sha256').update(body.plain).digest('base64url').slice(0, 22)}"`;
    return { type: this.type, etag, body };
  }
}

async function encode(plain: Buffer): Promise<EncodedBody> {
  return plain.length < LEAST_COMPRESSED_BYTES ? { plain } : { plain, gzip: await compress(plain) };
}

/**
 * The coding that a client likes best of those that there are; null: none. RFC 9110, 12.5.3: a coding with the quality 0 is
 * not accepted; `*` stands for those that are not named.
 */
export function preferredCoding(body: Partial<Record<Coding, unknown>>, acceptEncoding = ''): Coding | null {
  const qualities = qualityValues(acceptEncoding);
  const named: Record<Coding, number | undefined> = {
    br: qualities.get('br'),
    gzip: qualities.get('gzip') ?? qualities.get('x-gzip'),
  };
  let best: Coding | null = null;
  let highest = 0;
  for (const coding of CODINGS) {
    const quality = named[coding] ?? qualities.get('*') ?? 0;
    if (body[coding] === undefined || !(quality > highest)) continue;
    best = coding;
    highest = quality;
  }
  return best;
}

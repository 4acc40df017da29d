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

interface Stored {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly compressed: Buffer | null;
}

/** An answer that is the same for everybody: made at the first call, compressed once, and kept in one copy. */
export class StoredAnswer {
  #stored: Promise<Stored> | null = null;

  /**
   * @param type its media type
   * @param make makes the body; called again only if it failed
   */
  constructor(
    private readonly type: string,
    private readonly make: () => Promise<Buffer | string> | Buffer | string,
  ) {}

  /** Answers with it, or with 304 if the caller has it already. */
  async send({ headers }: Pick<FastifyRequest, 'headers'>, reply: FastifyReply): Promise<void> {
    const { type, etag, plain, compressed } = await this.#load();
    const isCompressed = compressed !== null && acceptsGzip(headers['accept-encoding']);
    void reply.headers({ etag, vary: 'accept-encoding' });
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-cache');
    if (matchesTag(etag, headers['if-none-match'] ?? '')) {
      await reply.code(304).send();
      return;
    }
    if (isCompressed) void reply.header('content-encoding', 'gzip');
    await reply.header('content-type', type).send(isCompressed ? compressed : plain);
  }

  #load(): Promise<Stored> {
    return (this.#stored ??= this.#store().catch((error: unknown) => {
      this.#stored = null;
      throw error;
    }));
  }

  async #store(): Promise<Stored> {
    const plain = Buffer.from(await this.make());
    const compressed = plain.length < LEAST_COMPRESSED_BYTES ? null : await compress(plain);
    // Weak, since it stands for both encodings.
    const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    return { type: this.type, etag, plain, compressed };
  }
}

/** RFC 9110, 12.5.3: a coding with the quality 0 is not accepted; `*` stands for those that are not named. */
export function acceptsGzip(acceptEncoding: string | string[] = ''): boolean {
  const qualities = qualityValues(String(acceptEncoding));
  return (qualities.get('gzip') ?? qualities.get('x-gzip') ?? qualities.get('*') ?? 0) > 0;
}

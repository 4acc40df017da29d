import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const compress = promisify(gzip);

/** To be given with a route that sends a `StoredAnswer`. */
export const STORED_ROUTE = { config: { takesIfNoneMatch: true } };

/** Less than that is not worth the time of either side. */
const LEAST_COMPRESSED = 1_024;

interface Stored {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly compressed: Buffer | null;
}

/**
 * An answer that is the same for everybody: made when it is first asked for, compressed once, and kept. However many ask
 * for it, there is one copy of it in memory.
 */
export class StoredAnswer {
  readonly #type: string;
  readonly #make: () => Promise<Buffer | string> | Buffer | string;
  #stored: Promise<Stored> | null = null;

  /**
   * @param type its media type
   * @param make resolves with the body; asked again only if it has failed
   */
  constructor(type: string, make: () => Promise<Buffer | string> | Buffer | string) {
    this.#type = type;
    this.#make = make;
  }

  /** Answers with it, or with 304 if the caller has it already. */
  async send({ headers }: Pick<FastifyRequest, 'headers'>, reply: FastifyReply): Promise<void> {
    const { type, etag, plain, compressed } = await this.#load();
    const isCompressed = compressed !== null && acceptsGzip(headers['accept-encoding']);
    void reply.headers({ etag, vary: 'accept-encoding' });
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-cache');
    if (isKnown(etag, headers['if-none-match'])) {
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
    const plain = Buffer.from(await this.#make());
    const compressed = plain.length < LEAST_COMPRESSED ? null : await compress(plain);
    // Weak: it stands for both forms.
    const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    return { type: this.#type, etag, plain, compressed };
  }
}

/** RFC 9110, 12.5.3: a coding with the quality 0 is not accepted; `*` stands for those that are not named. */
export function acceptsGzip(acceptEncoding: string | string[] = ''): boolean {
  const qualities = new Map(
    String(acceptEncoding)
      .split(',')
      .map((part): [string, number] => {
        const [coding = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
        const quality = parameters.find((each) => each.startsWith('q='))?.slice('q='.length);
        return [coding, quality === undefined ? 1 : Number(quality)];
      }),
  );
  return (qualities.get('gzip') ?? qualities.get('x-gzip') ?? qualities.get('*') ?? 0) > 0;
}

function isKnown(etag: string, ifNoneMatch = ''): boolean {
  const opaque = etag.slice('W/'.length);
  return ifNoneMatch.split(',').some((each) => ['*', opaque, etag].includes(each.trim()));
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import {
  Body,
  Controller,
  HttpCode,
  Module,
  Post,
  Query,
  Req,
  Res,
  type LoggerService,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../../../src/kernel/domain/errors.js';
import { Authenticator } from '../../../../src/platform/access/authenticator.js';
import { DEFAULT_LIMITS, type Limits } from '../../../../src/platform/config/limit-settings.js';
import { answerRows, type RowResult } from '../../../../src/platform/http/bulk/answer-rows.js';
import { BulkRoute } from '../../../../src/platform/http/bulk/bulk-route.js';
import { BulkQuery } from '../../../../src/platform/http/bulk/bulk.dto.js';
import { Quantity, Reference } from '../../../../src/platform/http/dto/fields.js';
import { RequiresScope } from '../../../../src/platform/http/openapi/requires-scope.js';
import { EVENT_SCHEMAS } from '../../../../src/platform/schemas/event-schemas.js';
import { createHttpApp } from '../../../../src/platform/server/http-app.js';

/** A made-up feature whose rows are carried out as the test says. */
class ShelfRow {
  @Reference() reference!: string;
  @Quantity({ optional: true }) quantity?: number;
}

export class ShelfFull extends DomainError {
  readonly code = 'shelf-full';
  readonly kind = 'conflict';
}

/** A row that is refused, in the language of `BulkProbe.carryOut`. */
export const FULL = 'FULL';

/** How the rows of the probe are carried out; they are noted in `carriedOut`. */
export type CarryOut = (
  references: readonly string[],
  untilRefused: boolean,
) => Promise<readonly RowResult[]>;

let probe: BulkProbe;

@Controller('v1')
class ShelvesController {
  @Post('bulk/shelves')
  @RequiresScope('shelves:write')
  @BulkRoute({
    summary: 'Put many shelves',
    description: 'A row is a shelf.',
    row: ShelfRow,
    body: ShelfRow,
    example: [{ reference: 'A-1' }, { reference: 'A-2' }],
  })
  async shelves(@Query() query: BulkQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    await answerRows<ShelfRow>(request, reply, query, {
      type: ShelfRow,
      pathOf: ({ reference }) => `/v1/shelves/${encodeURIComponent(reference)}`,
      carryOut: (rows, untilRefused) =>
        probe.carryOut(
          rows.map(({ reference }) => reference),
          untilRefused,
        ),
    });
  }

  @Post('shelves')
  @HttpCode(201)
  @RequiresScope('shelves:write')
  put(@Body() row: ShelfRow): object {
    return row;
  }
}

/** A service with one bulk call. */
export class BulkProbe {
  readonly carriedOut: string[][] = [];
  readonly #clients: ClientRequest[] = [];
  /** May be replaced. Rows are accepted, unless their reference is `FULL`. */
  carryOut: CarryOut = async (references, untilRefused) => {
    await Promise.resolve();
    return this.results(references, untilRefused);
  };

  private constructor(readonly app: NestFastifyApplication) {}

  static async start(
    limits: Partial<Limits> = {},
    access = new Authenticator(null, ['shelves:write']),
    logger: LoggerService | false = false,
  ): Promise<BulkProbe> {
    class ProbeModule {}
    Module({
      controllers: [ShelvesController],
      providers: [
        { provide: Authenticator, useValue: access },
        { provide: EVENT_SCHEMAS, useValue: {} },
      ],
    })(ProbeModule);
    const app = await createHttpApp(ProbeModule, { logger, limits: { ...DEFAULT_LIMITS, ...limits } });
    await app.listen(0, '127.0.0.1');
    return (probe = new BulkProbe(app));
  }

  get port(): number {
    return (this.app.getHttpServer().address() as AddressInfo).port;
  }

  /** Notes the rows, and what each is answered with. */
  results(references: readonly string[], untilRefused: boolean): RowResult[] {
    const refused = untilRefused ? references.indexOf(FULL) : -1;
    const run = refused < 0 ? references : references.slice(0, refused + 1);
    this.carriedOut.push(run.filter((reference) => reference !== FULL));
    return run.map((reference) =>
      reference === FULL ? new ShelfFull('There is no room.') : { status: 201, body: { reference } },
    );
  }

  /** A bulk call that is still to be sent. */
  open(query = '', headers: Record<string, string> = {}): Call {
    const call = request({
      host: '127.0.0.1',
      port: this.port,
      method: 'POST',
      path: `/v1/bulk/shelves${query}`,
      headers: { 'content-type': 'application/x-ndjson', ...headers },
    });
    this.#clients.push(call);
    return new Call(call);
  }

  /** Sends the whole body and reads the whole answer. */
  async send(body: string | Buffer, query = '', headers: Record<string, string> = {}): Promise<Answer> {
    const call = this.open(query, headers);
    call.request.end(body);
    return call.answer();
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.app.close();
  }
}

export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly lines: Line[];
}

export type Line = Readonly<Record<string, unknown>> & {
  readonly row?: number;
  readonly problem?: Readonly<Record<string, unknown>>;
};

/** A bulk call from the side of its client. */
export class Call {
  readonly #response: Promise<IncomingMessage>;
  #lines: AsyncIterator<string> | undefined;

  constructor(readonly request: ClientRequest) {
    this.#response = once(request, 'response').then(([response]) => response as IncomingMessage);
    this.#response.catch(() => undefined);
    request.on('error', () => undefined);
    request.flushHeaders();
  }

  get response(): Promise<IncomingMessage> {
    return this.#response;
  }

  write(...rows: readonly (object | string)[]): void {
    for (const row of rows) this.request.write(`${typeof row === 'string' ? row : JSON.stringify(row)}\n`);
  }

  /** The next line of the answer; undefined at its end. */
  async next(): Promise<Line | undefined> {
    this.#lines ??= createInterface(await this.#response)[Symbol.asyncIterator]();
    const next = await this.#lines.next();
    return next.done ? undefined : (JSON.parse(next.value) as Line);
  }

  async answer(): Promise<Answer> {
    const response = await this.#response;
    const lines: Line[] = [];
    for (let line = await this.next(); line; line = await this.next()) lines.push(line);
    return { status: response.statusCode!, type: response.headers['content-type'], lines };
  }
}

export const row = (reference: string) => ({ reference });
export const ndjson = (...rows: readonly object[]) =>
  rows.map((each) => `${JSON.stringify(each)}\n`).join('');

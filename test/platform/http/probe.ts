import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  type LoggerService,
  Module,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { Busy, DomainError, requireVersion, VersionMismatch } from '../../../src/kernel/domain/errors.js';
import { ApiProblems } from '../../../src/platform/http/openapi/api-problems.js';
import { ApiNotModified, ETAG_HEADER, etagOf, IfMatch } from '../../../src/platform/http/protocol/etag.js';
import {
  After,
  AfterPosition,
  DEFAULT_LIMIT,
  Eta,
  Limit,
  Quantity,
  QuantityInQuery,
  Reference,
  Sku,
} from '../../../src/platform/http/dto/fields.js';
import { EVENT_SCHEMAS } from '../../../src/platform/schemas/event-schemas.js';
import { createHttpApp } from '../../../src/platform/server/http-app.js';
import { RequiresScope } from '../../../src/platform/http/openapi/requires-scope.js';
import { type Page, page, PageOf } from '../../../src/platform/http/dto/paging.js';

/** A made-up feature that has one of everything the HTTP edge offers. */

export class ShelfFull extends DomainError {
  readonly code = 'shelf-full';
  readonly kind = 'conflict';

  constructor(reference: string, room: number) {
    super(`Shelf ${reference} has room for ${room} only.`, { reference, room, status: 'not a status' });
  }
}

export class UnknownShelf extends DomainError {
  readonly code = 'unknown-shelf';
  readonly kind = 'not-found';
}

export class UnknownThing extends DomainError {
  readonly code = 'unknown-sku';
  readonly kind = 'unprocessable';
}

class PutOnShelf {
  @Reference() reference!: string;
  @Sku() sku!: string;
  @Quantity() quantity!: number;
  @Eta({ optional: true }) eta?: string | null;
}

class ChangeShelf {
  @Quantity({ min: 0, optional: true }) quantity?: number;
  @Eta({ optional: true }) eta?: string | null;
}

class ShelfPath {
  @Reference() reference!: string;
}

class ShelvesQuery {
  @Sku({ optional: true }) sku?: string;
  @After() after?: string;
  @QuantityInQuery() quantity?: number;
  @Limit() limit = DEFAULT_LIMIT;
}

class LogQuery {
  @AfterPosition() after?: number;
}

class ShelfView {
  @Reference() reference!: string;
  @Sku() sku!: string;
  @Quantity({ min: 0 }) quantity!: number;
  @Eta() eta!: string | null;
}

class ShelfViewPage extends PageOf(ShelfView) {}

/** Stands for what no message of an error should ever tell. */
export const SECRET = 'relation "secret" does not exist at /srv/app.js';

@Controller('v1/shelves')
class ShelvesController {
  @Post()
  @RequiresScope('batches:write')
  @ApiCreatedResponse({ type: ShelfView })
  @ApiOkResponse({ type: ShelfView, description: 'The same again' })
  @ApiProblems(new ShelfFull('A-1', 3), new UnknownThing('LAMP was never heard of.'))
  put(@Body() body: PutOnShelf, @Res({ passthrough: true }) reply: FastifyReply): object {
    if (body.sku === 'FULL') throw new ShelfFull(body.reference, 3);
    if (body.sku === 'UNKNOWN') throw new UnknownThing('UNKNOWN was never heard of.');
    if (body.sku === 'BUSY') throw new Busy('Too much at once.');
    if (body.sku === 'BROKEN') throw new Error(SECRET);
    // JSON.stringify throws on it, after the handler is done.
    if (body.sku === 'BIGINT') return { units: 1n };
    if (body.sku === 'AGAIN') void reply.status(200);
    return { ...body, etaGiven: body.eta !== undefined };
  }

  @Get()
  @RequiresScope('read')
  @ApiOkResponse({ type: ShelfViewPage })
  list(@Query() query: ShelvesQuery): Page<{ reference: string }> & { query: object } {
    const rows = Array.from({ length: Math.min(query.limit + 1, 60) }, (_, at) => ({ reference: `A-${at}` }));
    return { ...page(rows, query.limit, ({ reference }) => reference), query: { ...query } };
  }

  @Get('log')
  @RequiresScope('read')
  log(@Query() query: LogQuery): object {
    return { ...query };
  }

  @Get(':reference')
  @RequiresScope('read')
  @ApiOkResponse({ type: ShelfView, headers: ETAG_HEADER })
  @ApiNotModified()
  @ApiProblems(new UnknownShelf('There is no shelf A-1.'))
  find(@Param() { reference }: ShelfPath, @Res({ passthrough: true }) reply: FastifyReply): object {
    if (reference === 'missing') throw new UnknownShelf('There is no shelf missing.', { reference });
    void reply.header('etag', etagOf(7));
    return { reference };
  }

  @Patch(':reference')
  @RequiresScope('batches:write')
  @ApiOkResponse({ type: ShelfView, headers: ETAG_HEADER })
  @ApiProblems(new VersionMismatch([6], 7))
  change(
    @Param() { reference }: ShelfPath,
    @Body() body: ChangeShelf,
    @IfMatch() seen: readonly number[] | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    requireVersion(7, seen);
    void reply.header('etag', etagOf(7));
    return { reference, ...body, isNull: body.eta === null };
  }

  @Delete(':reference')
  @RequiresScope('batches:write')
  @HttpCode(204)
  @ApiProblems(new UnknownShelf('There is no shelf A-1.'))
  remove(@Param() { reference }: ShelfPath): void {
    if (reference === 'missing') throw new UnknownShelf('There is no shelf missing.', { reference });
  }
}

@Module({
  controllers: [ShelvesController],
  providers: [Authenticator, { provide: EVENT_SCHEMAS, useValue: {} }],
})
export class ProbeModule {}

/** Listens on a free port, so that sockets can be tried as well; `inject` needs none. */
export async function startProbe(logger: LoggerService | false = false): Promise<NestFastifyApplication> {
  const app = await createHttpApp(ProbeModule, { logger });
  await app.listen(0, '127.0.0.1');
  return app;
}

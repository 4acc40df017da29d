/**
 * The ceiling: how fast calls could be if there were nothing to do. The same application (`createHttpApp`, with its
 * hooks and filters), the same DTOs and the same buses as in the product, but handlers that do nothing; the answers
 * are as long as the product's. It validates as Nest does it, with class-validator, whatever the product has made of that:
 * a yardstick stays as it is. A process of its own, as the product is.
 */
import { Body, Controller, Get, Module, Param, Post, Query, ValidationPipe } from '@nestjs/common';
import {
  Command,
  CommandBus,
  CommandHandler,
  CqrsModule,
  Query as Question,
  QueryBus,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import { OutOfStock } from '../../../src/allocation/domain/errors.js';
import { OrderLineBody, OrderPath } from '../../../src/allocation/http/allocation.dto.js';
import { AvailabilityQuery, ProductPath } from '../../../src/allocation/http/product.dto.js';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { RegisterBatchBody } from '../../../src/batches/http/batch.dto.js';
import { ServiceLogger } from '../../../src/platform/logging/service-logger.js';
import { RequiresScope } from '../../../src/platform/http/openapi/requires-scope.js';
import { createHttpApp } from '../../../src/platform/server/http-app.js';
import { referenceOf, SOLD_OUT } from '../stock.js';

class DoNothing extends Command<void> {
  constructor(readonly line: OrderLineBody | null) {
    super();
  }
}

@CommandHandler(DoNothing)
class DoNothingHandler implements ICommandHandler<DoNothing> {
  async execute({ line }: DoNothing): Promise<void> {
    if (line?.sku === SOLD_OUT) throw new OutOfStock(line, 0);
    return Promise.resolve();
  }
}

class AskNothing extends Question<void> {}

@QueryHandler(AskNothing)
class AskNothingHandler implements IQueryHandler<AskNothing> {
  async execute(): Promise<void> {
    return Promise.resolve();
  }
}

@Controller('v1')
class EmptyCalls {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('allocations')
  @RequiresScope('allocations:write')
  async allocate(@Body() line: OrderLineBody) {
    await this.commands.execute(new DoNothing(line));
    const { orderId, sku, quantity } = line;
    return { orderId, sku, quantity, batchReference: referenceOf(sku), eta: null };
  }

  @Post('batches')
  @RequiresScope('batches:write')
  async register(@Body() { reference, sku, quantity, eta = null }: RegisterBatchBody) {
    await this.commands.execute(new DoNothing(null));
    return { reference, sku, quantity, eta };
  }

  @Get('products/:sku/availability')
  @RequiresScope('read')
  async availability(@Param() { sku }: ProductPath, @Query() { quantity }: AvailabilityQuery) {
    await this.queries.execute(new AskNothing());
    const promise = quantity === undefined ? null : { batchReference: referenceOf(sku), eta: null };
    return { sku, version: 2, onHand: 1_000_000, inbound: [], promise };
  }

  @Get('products/:sku')
  @RequiresScope('read')
  async product(@Param() { sku }: ProductPath) {
    await this.queries.execute(new AskNothing());
    const totals = { quantity: 1_000_000, allocated: 1, available: 999_999 };
    const batches = [{ reference: referenceOf(sku), eta: null, ...totals }];
    return { sku, version: 2, ...totals, batches, more: false };
  }

  @Get('orders/:orderId/allocations')
  @RequiresScope('read')
  async order(@Param() { orderId }: OrderPath) {
    await this.queries.execute(new AskNothing());
    const sku = 'SKU-0001';
    return { orderId, items: [{ sku, quantity: 1, batchReference: referenceOf(sku), eta: null }] };
  }
}

@Module({
  imports: [CqrsModule.forRoot()],
  controllers: [EmptyCalls],
  providers: [Authenticator, DoNothingHandler, AskNothingHandler],
})
class CeilingModule {}

const app = await createHttpApp(CeilingModule, {
  logger: new ServiceLogger('info'),
  validation: new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
});
await app.listen(0, '127.0.0.1');
process.once('SIGTERM', () => void app.close());
process.stdout.write(`Empty calls at ${await app.getUrl()}\n`);

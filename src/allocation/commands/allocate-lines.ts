import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asRefusal, DomainError } from '../../kernel/domain/errors.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import type { OrderLineFacts } from '../domain/order-line.js';
import { PartOfOrder, RepeatedLine } from '../domain/errors.js';
import { Stock } from '../domain/stock.js';
import {
  allocateLoose,
  AllocateLine,
  AllocateLineHandler,
  lineInStock,
  type AllocatedLine,
  type BackorderedLine,
} from './allocate-line.js';

type Result = AllocatedLine | BackorderedLine | DomainError;

/**
 * Promise many order lines in order, with one result for each; one rejected line does not affect the others. A second
 * line of the same order and SKU is refused, even with the same quantity: it may be meant as one line or as two.
 */
export class AllocateLines extends Command<readonly Result[]> {
  constructor(readonly lines: readonly OrderLineFacts[]) {
    super();
  }
}

/** Does not wait for one line before the next, so that lines share the transactions of the unit of work. */
@CommandHandler(AllocateLines)
export class AllocateLinesHandler implements ICommandHandler<AllocateLines> {
  constructor(
    private readonly one: AllocateLineHandler,
    private readonly unitOfWork: UnitOfWork,
    private readonly stock: Stock,
    private readonly calendar: Calendar,
  ) {}

  async execute({ lines }: AllocateLines): Promise<readonly Result[]> {
    const results = new Array<Result>(lines.length);
    const first = this.#withoutRepeated(lines, results);
    const outcomes = await this.unitOfWork.changeMany(
      this.stock.products,
      first.map((i) => allocateLoose(lines[i]!)),
    );
    const { today } = this.calendar;
    const ofOrders: number[] = [];
    first.forEach((i, at) => {
      const outcome = outcomes[at]!;
      if (outcome instanceof PartOfOrder) ofOrders.push(i);
      else results[i] = outcome instanceof DomainError ? outcome : lineInStock(lines[i]!, outcome, today);
    });
    await Promise.all(ofOrders.map(async (i) => (results[i] = await this.#toOrder(lines[i]!))));
    return results;
  }

  /** @returns the places of the lines that are the first of their order and SKU; the results of the others are known */
  #withoutRepeated(lines: readonly OrderLineFacts[], results: Result[]): number[] {
    const seen = new Set<string>();
    const first: number[] = [];
    lines.forEach((line, i) => {
      // A code holds no control character, so two lines never have the same key.
      const key = `${line.orderId}\n${line.sku}`;
      if (seen.has(key)) results[i] = new RepeatedLine(line);
      else first.push(i);
      seen.add(key);
    });
    return first;
  }

  /** The order of the line has a record, so the line becomes one of its lines. */
  #toOrder(line: OrderLineFacts): Promise<Result> {
    return asRefusal(this.unitOfWork.inBulk(() => this.one.execute(new AllocateLine(line))));
  }
}

import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asRefusal, type DomainError } from '../../kernel/domain/errors.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import type { OrderLineFacts } from '../domain/order-line.js';
import { RepeatedLine } from '../domain/errors.js';
import {
  AllocateLine,
  AllocateLineHandler,
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
  ) {}

  execute({ lines }: AllocateLines) {
    const seen = new Set<string>();
    return Promise.all(
      lines.map((line): Promise<Result> => {
        // A code holds no control character, so two lines never have the same key.
        const key = `${line.orderId}\n${line.sku}`;
        if (seen.has(key)) return Promise.resolve(new RepeatedLine(line));
        seen.add(key);
        return asRefusal(this.unitOfWork.inBulk(() => this.one.execute(new AllocateLine(line))));
      }),
    );
  }
}

import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Integrity } from '../../kernel/integrity/integrity.js';

/** A figure of a batch of which not all accounts say the same. */
export interface FigureDifference {
  readonly sku: string;
  readonly batchReference: string;
  readonly figure: string;
  /** By the name of the account: see docs/operations.md. */
  readonly values: Readonly<Record<string, number>>;
}

export interface IntegrityAnswer {
  /** The position of the log for which all of it holds. */
  readonly position: number;
  /** How many products were compared. */
  readonly products: number;
  /** Products that were left out, since events of them were still to be handled. */
  readonly unsettled: number;
  readonly differences: readonly FigureDifference[];
}

/** Whether the figures of all batches are what their order lines and the log add up to, all at one moment. */
export class CheckIntegrity extends Query<IntegrityAnswer> {
  /** @param sku undefined: of every product */
  constructor(readonly sku?: string) {
    super();
  }
}

@QueryHandler(CheckIntegrity)
export class CheckIntegrityHandler implements IQueryHandler<CheckIntegrity> {
  constructor(private readonly integrity: Integrity) {}

  async execute({ sku }: CheckIntegrity): Promise<IntegrityAnswer> {
    const { position, keys, unsettled, differences } = await this.integrity.check(sku);
    return {
      ...{ position, products: keys, unsettled },
      differences: differences.map(({ key, item, ...rest }) => ({ sku: key, batchReference: item, ...rest })),
    };
  }
}

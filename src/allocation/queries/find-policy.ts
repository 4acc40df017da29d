import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { DEFAULT_POLICY, type Policy } from '../domain/policy.js';
import { UnknownProduct } from '../domain/unknown-product.js';

export interface PolicyAnswer extends Policy {
  readonly sku: string;
}

/** Who gets the units of a product. */
export class FindPolicy extends Query<PolicyAnswer> {
  constructor(readonly sku: string) {
    super();
  }
}

@QueryHandler(FindPolicy)
export class FindPolicyHandler implements IQueryHandler<FindPolicy> {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {UnknownProduct} */
  async execute({ sku }: FindPolicy) {
    const [product] = await this.dataSource.query<{ policy: Partial<Policy> | null }[]>(
      'select policy from allocation.product where sku = $1',
      [sku],
    );
    if (!product) throw new UnknownProduct(sku);
    return { sku, ...DEFAULT_POLICY, ...product.policy };
  }
}

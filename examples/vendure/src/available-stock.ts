import { Injectable } from '@nestjs/common';
import {
  Logger,
  ProductVariant,
  RequestContextCacheService,
  TransactionalConnection,
  type ID,
  type RequestContext,
} from '@vendure/core';
import DataLoader from 'dataloader';
import { EarmarkClient, EarmarkUnavailable } from './earmark-client';
import { LOGGER, Reservations } from './reservations';

/** Items of one question to Earmark. */
const MOST_ITEMS = 500;
/** A page does not wait for longer. */
const PAGE_LIMIT_MS = 1_000;

/** What Earmark could promise now. All variants of a page share one call. */
@Injectable()
export class AvailableStock {
  constructor(
    private readonly earmark: EarmarkClient,
    private readonly reservations: Reservations,
    private readonly connection: TransactionalConnection,
    private readonly requestCache: RequestContextCacheService,
  ) {}

  /** Units of the variant; null if Earmark does not answer. */
  find(ctx: RequestContext, variantId: ID): Promise<number | null> {
    const loader = this.requestCache.get(
      ctx,
      'earmark-available-stock',
      () =>
        new DataLoader<string, number | null>((ids) => this.#findAll(ctx, ids), {
          // A request may change the stock and ask again.
          cache: false,
          maxBatchSize: MOST_ITEMS,
        }),
    );
    return loader.load(String(variantId));
  }

  async #findAll(ctx: RequestContext, ids: readonly string[]): Promise<(number | null)[]> {
    const variants = await this.connection
      .getRepository(ctx, ProductVariant)
      .createQueryBuilder('variant')
      .select('variant.id', 'id')
      .addSelect('variant.sku', 'sku')
      .where('variant.id IN (:...ids)', { ids: [...new Set(ids)] })
      .getRawMany<{ id: ID; sku: string }>();
    const skuOf = new Map(variants.map(({ id, sku }) => [String(id), sku]));
    const skus = [...new Set(skuOf.values())].filter((sku) => sku !== '');
    try {
      const items =
        skus.length === 0
          ? []
          : await this.earmark.availability(skus, this.reservations.sellsUntil, PAGE_LIMIT_MS);
      const units = new Map(
        items.map(({ sku, onHand, inbound }) => [
          sku,
          inbound.reduce((sum, { available }) => sum + available, onHand),
        ]),
      );
      return ids.map((id) => units.get(skuOf.get(id) ?? '') ?? 0);
    } catch (error) {
      if (!(error instanceof EarmarkUnavailable)) throw error;
      Logger.warn(`The shop shows its own stock figures: ${error.message}`, LOGGER);
      return ids.map(() => null);
    }
  }
}

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Rows that are deleted at once: so few that nobody waits for the deletion. */
const PORTION = 5_000;

/** Deliveries that nobody needs any more. */
@Injectable()
export class EndedDeliveries {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Deletes deliveries that ended more than so many days ago.
   * @returns how many were deleted; more may be left
   */
  async prune(days: number): Promise<number> {
    const [, pruned] = await this.dataSource.query<[unknown[], number]>(
      `delete from webhooks.delivery where ctid = any(array(
         select ctid from webhooks.delivery
          where state <> 'pending' and ended_at < now() - make_interval(secs => $1 * 86400::float8)
          order by ended_at limit $2 for update skip locked))`,
      [days, PORTION],
    );
    return pruned;
  }

  /**
   * Deletes the deliveries of webhooks that were deleted.
   * @returns how many were deleted; more may be left
   */
  async pruneOfDeleted(): Promise<number> {
    const [, pruned] = await this.dataSource.query<[unknown[], number]>(
      `delete from webhooks.delivery where ctid = any(array(
         select delivery.ctid from webhooks.deleted_endpoint as deleted join webhooks.delivery on endpoint_id = deleted.id
          limit $1 for update of delivery skip locked))`,
      [PORTION],
    );
    await this.dataSource.query(
      `delete from webhooks.deleted_endpoint as deleted
        where not exists (select from webhooks.delivery where endpoint_id = deleted.id)`,
    );
    return pruned;
  }
}

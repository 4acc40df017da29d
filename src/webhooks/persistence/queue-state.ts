import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

interface QueueFigures {
  /** For how long the oldest delivery that is due has been waiting for a sender. */
  readonly dueSeconds: number;
  /** Webhooks that were disabled because nothing reached them. */
  readonly disabled: number;
  /** Webhooks that nothing reaches now, and for how long that has been so for the first of them. */
  readonly failing: number;
  readonly failingSeconds: number;
}

/** What is measured of the webhooks. */
@Injectable()
export class QueueState {
  constructor(private readonly dataSource: DataSource) {}

  async read(): Promise<QueueFigures> {
    const [row] = await this.dataSource.query<QueueFigures[]>(
      `select greatest(coalesce(max(extract(epoch from now() - first.due_at)), 0), 0)::float8 as "dueSeconds",
              count(*) filter (where disabled_reason <> 'requested') as disabled,
              count(failing_since) filter (where disabled_at is null) as failing,
              greatest(coalesce(extract(epoch from now() - min(failing_since) filter (where disabled_at is null)), 0), 0)::float8
                as "failingSeconds"
         from webhooks.endpoint
         left join lateral (
           select due_at from webhooks.queue
            where endpoint_id = endpoint.id and disabled_at is null
              and (paused_until is null or paused_until <= now())
            order by due_at limit 1) as first on true`,
    );
    return row!;
  }
}

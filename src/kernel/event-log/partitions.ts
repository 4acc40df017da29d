import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PeriodicJob } from '../lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../lifecycle/process-context.js';

const CHECK_VIOLATION = '23514';
const SERIALIZATION_FAILURE = '40001';

/** The log had no partition for the events of a transaction. By now it has: the transaction can be run again. */
export class PartitionWasMissing extends Error {
  readonly code = SERIALIZATION_FAILURE;
}

/**
 * Adds a partition to the log unless there is room for the next events: for as many as an eighth of those that are there, and ten
 * million at least. Nobody who reads or appends waits meanwhile.
 */
export async function addPartition(manager: EntityManager): Promise<void> {
  await manager.query('select event_log.add_partition()');
}

/** Whether events were refused because the log has no partition for their positions. */
export function lacksPartition(error: unknown): boolean {
  const { code, schema, table, constraint } = (error ?? {}) as Record<string, unknown>;
  return code === CHECK_VIOLATION && schema === 'event_log' && table === 'event' && constraint === undefined;
}

/**
 * Adds partitions ahead of the events. If it has not, an append does: that costs the calls of one transaction a moment. But
 * operators read of what keeps it from doing so long before the last partition is full.
 */
@Injectable()
export class PartitionJob extends PeriodicJob {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(PROCESS_CONTEXT) context: ProcessContext,
  ) {
    super(context, {
      name: 'partitions',
      everyMs: 60_000,
      recordsEvents: false,
      failure: 'Cannot add a partition to the log',
      loggedAt: 3,
    });
  }

  protected override async run(): Promise<void> {
    await addPartition(this.dataSource.manager);
  }
}

import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { ApiTag } from '../http/openapi/api-tag.js';
import { Busy } from '../../kernel/domain/errors.js';
import { withTimeLimit } from '../../kernel/lifecycle/time-limit.js';
import {
  hasDatabaseFault,
  hasFullDisk,
  isDatabaseFault,
  isDiskFull,
  isDiskStillFull,
  logDatabaseFault,
} from '../../kernel/postgres/database-fault.js';
import { SchemaCheck } from '../migrations/schema-check.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { Transactions } from '../../kernel/domain/store.js';
import { ApiProblems } from '../http/openapi/api-problems.js';
import { Draining } from './draining.js';

const NO_DATABASE = new Busy('The database does not answer.');
const BEHIND = new Busy('The database lacks a migration that this version needs.');
const FAULTY = new Busy('The database lacks something that this version needs; the log says what.');
const FULL = new Busy('The disk of the database is full.');
const STOPPING = new Busy('The service is stopping.');

/** A load balancer has to learn soon that the database is silent. */
const ANSWER_MS = 2_000;

class HealthBody {
  @ApiProperty({ example: 'ok' }) status!: string;
}

@ApiTag('health', 'Health and metrics, for load balancers and Prometheus.')
@Controller('health')
export class HealthController {
  constructor(
    private readonly transactions: Transactions,
    private readonly draining: Draining,
    private readonly schema: SchemaCheck,
  ) {}

  @Get('live')
  @ApiOperation({
    summary: 'Whether the process runs',
    description: 'Does not use the database. Restart the process if it does not answer.',
  })
  @ApiOkResponse({ type: HealthBody, description: 'The process runs' })
  live(): HealthBody {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Whether this instance is ready for calls',
    description:
      'Ready if the database accepts writes, has every migration and table, and has space on its disk, and if the ' +
      'instance is not stopping.',
  })
  @ApiOkResponse({ type: HealthBody, description: 'Ready for calls' })
  @ApiProblems(NO_DATABASE, BEHIND, FAULTY, FULL, STOPPING)
  async ready(): Promise<HealthBody> {
    if (this.draining.hasBegun) throw STOPPING;
    const { fault, isFull } = await withTimeLimit(this.#look(), ANSWER_MS).catch((error: unknown) => {
      if (hasFullDisk()) throw FULL;
      if (!isDatabaseFault(error)) throw NO_DATABASE;
      logDatabaseFault(error);
      throw isDiskFull(error) ? FULL : FAULTY;
    });
    if (isFull) throw FULL;
    if (fault === 'behind') throw BEHIND;
    if (fault) logDatabaseFault(fault);
    if (fault || hasDatabaseFault()) throw FAULTY;
    return { status: 'ok' };
  }

  readonly #run = (statement: string) =>
    this.transactions.run((tx) => managerOf(tx).query<unknown>(statement));

  async #look() {
    const fault = await this.transactions.run((tx) => this.schema.faultOf(tx));
    return { fault, isFull: fault === null && (await isDiskStillFull(this.#run)) };
  }
}

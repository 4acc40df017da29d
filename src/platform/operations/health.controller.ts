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
const FAULTY = new Busy('The database is not as this version needs it: the log says why.');
const FULL = new Busy('The disk of the database is full.');
const STOPPING = new Busy('The service is about to stop.');

/** Milliseconds that whoever asks need not wait longer for: they have to know of a silent database soon. */
const ANSWER_MS = 2_000;

class HealthBody {
  @ApiProperty({ example: 'ok' }) status!: string;
}

@ApiTag('health', 'How the service is, for load balancers and for Prometheus.')
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
    description: 'Asks no database. Restart the process if this is not answered.',
  })
  @ApiOkResponse({ type: HealthBody, description: 'It runs' })
  live(): HealthBody {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Whether calls should be sent here',
    description:
      'The database takes writes and has every migration and table, and space on its disk, and no stop is near.',
  })
  @ApiOkResponse({ type: HealthBody, description: 'Calls will be served' })
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

import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { ApiTag } from './api-tag.js';
import { Busy } from '../domain/busy.js';
import { SchemaState } from '../persistence/schema-state.js';
import { Transactions } from '../unit-of-work/transactions.js';
import { ApiProblems } from './api-problems.js';
import { Draining } from './draining.js';

const NO_DATABASE = new Busy('The database does not answer.');
const BEHIND = new Busy('The database lacks a migration that this version needs.');
const STOPPING = new Busy('The service is about to stop.');

class HealthBody {
  @ApiProperty({ example: 'ok' }) status!: string;
}

@ApiTag('health', 'How the service is, for load balancers and for Prometheus.')
@Controller('health')
export class HealthController {
  constructor(
    private readonly transactions: Transactions,
    private readonly draining: Draining,
    private readonly schema: SchemaState,
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
    description: 'The database takes transactions and has every migration, and no stop is near.',
  })
  @ApiOkResponse({ type: HealthBody, description: 'Calls will be served' })
  @ApiProblems(NO_DATABASE, BEHIND, STOPPING)
  async ready(): Promise<HealthBody> {
    if (this.draining.hasBegun) throw STOPPING;
    const isBehind = await this.transactions
      .run((tx) => this.schema.isBehind(tx))
      .catch(() => {
        throw NO_DATABASE;
      });
    if (isBehind) throw BEHIND;
    return { status: 'ok' };
  }
}

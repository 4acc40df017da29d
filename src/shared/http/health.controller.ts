import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Busy } from '../domain/busy.js';
import { Transactions } from '../unit-of-work/transactions.js';
import { ApiProblems } from './api-problems.js';
import { Draining } from './draining.js';

const NO_DATABASE = new Busy('The database does not answer.');
const STOPPING = new Busy('The service is about to stop.');

class HealthBody {
  @ApiProperty({ example: 'ok' }) status!: string;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly transactions: Transactions,
    private readonly draining: Draining,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ type: HealthBody })
  live(): HealthBody {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Whether calls should be sent here: the database takes transactions, and no stop is near',
  })
  @ApiOkResponse({ type: HealthBody })
  @ApiProblems(NO_DATABASE, STOPPING)
  async ready(): Promise<HealthBody> {
    if (this.draining.hasBegun) throw STOPPING;
    await this.transactions
      .run(() => Promise.resolve())
      .catch(() => {
        throw NO_DATABASE;
      });
    return { status: 'ok' };
  }
}

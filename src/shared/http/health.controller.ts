import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Busy } from '../domain/busy.js';
import { Transactions } from '../unit-of-work/transactions.js';
import { ApiProblems } from './api-problems.js';

const NO_DATABASE = new Busy('The database does not answer.');

class HealthBody {
  @ApiProperty({ example: 'ok' }) status!: string;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly transactions: Transactions) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ type: HealthBody })
  live(): HealthBody {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether calls can be served now: the database takes transactions' })
  @ApiOkResponse({ type: HealthBody })
  @ApiProblems(NO_DATABASE)
  async ready(): Promise<HealthBody> {
    await this.transactions
      .run(() => Promise.resolve())
      .catch(() => {
        throw NO_DATABASE;
      });
    return { status: 'ok' };
  }
}

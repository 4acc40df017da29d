import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { ApiTag } from '../http/openapi/api-tag.js';
import { RequiresScope } from '../http/openapi/requires-scope.js';
import { migrationStatusOf, type MigrationState } from '../migrations/migrations.js';

const STATES = ['applied', 'missing', 'changed', 'unknown'] as const satisfies readonly MigrationState[];

class MigrationBody {
  @ApiProperty({ example: 'allocation' }) schema!: string;
  @ApiProperty({ example: 'Allocation1763610000000' }) name!: string;
  @ApiProperty({
    enum: STATES,
    description:
      '`missing`: not applied yet; `changed`: applied with another text; `unknown`: applied by another version.',
    example: 'applied',
  })
  state!: MigrationState;
}

class MigrationsBody {
  @ApiProperty({ type: [MigrationBody] }) items!: MigrationBody[];
}

/**
 * Applying and reverting is left to the command line on the database: the service may lack the rights, and to revert a
 * migration would take away what it runs on.
 */
@ApiTag('operations')
@Controller('v1/migrations')
export class MigrationsController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @RequiresScope('admin')
  @ApiOperation({
    summary: 'List all migrations of the database and their states',
    description:
      'Sorted by schema, and in each schema in the order in which they run. Migrations run when the service starts, or ' +
      'by the command line.',
  })
  @ApiOkResponse({ type: MigrationsBody, description: 'Every migration' })
  async list(): Promise<MigrationsBody> {
    return { items: await migrationStatusOf(this.dataSource) };
  }
}

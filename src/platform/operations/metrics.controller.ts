import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import { ApiTag } from '../http/openapi/api-tag.js';
import { Busy } from '../../kernel/domain/errors.js';
import { ApiProblems } from '../http/openapi/api-problems.js';
import { RequiresScope } from '../http/openapi/requires-scope.js';
import { ClusterMetrics } from '../telemetry/cluster-metrics.js';
import { Telemetry } from '../telemetry/telemetry.js';

/** Only if keys exist. Otherwise metrics that need no database are answered without it. */
const NO_DATABASE = new Busy('No key can be checked while the database does not answer; retry shortly.');
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

@ApiTag('health')
@Controller('metrics')
export class MetricsController {
  readonly #scrape: ClusterMetrics;

  constructor(private readonly telemetry: Telemetry) {
    this.#scrape = new ClusterMetrics(telemetry);
  }

  @Get()
  @RequiresScope('read')
  @Header('content-type', TEXT)
  @ApiOperation({
    summary: 'Metrics, for Prometheus',
    description: `With several processes (\`WEB_CONCURRENCY\`), one of them answers for all, and each series has the number of its process
as the label \`worker\`.`,
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    description: 'All series, in the text format of Prometheus',
    content: {
      'text/plain': {
        schema: { type: 'string' },
        example:
          '# HELP earmark_allocations_total Order lines that were promised to a batch.\n' +
          '# TYPE earmark_allocations_total counter\nearmark_allocations_total 42\n',
      },
    },
  })
  @ApiProblems(NO_DATABASE)
  async scrape(): Promise<string> {
    return this.telemetry.textOf(await this.#scrape.collect());
  }
}

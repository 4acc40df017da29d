import { DomainError } from '../../kernel/domain/errors.js';
import { explainProblem } from '../../kernel/domain/problem-texts.js';

/** So many lines that one transaction would keep all other calls of the product waiting. */
export class TooManyLines extends DomainError {
  readonly code = 'too-many-lines';
  readonly kind = 'unprocessable';

  constructor(sku: string, most: number) {
    super(
      `More than ${most} lines claim units of ${sku} or wait for them: too many for one reallocation run.`,
      {
        sku,
        most,
      },
    );
  }
}

explainProblem('too-many-lines', {
  meaning:
    'More than `most` lines claim units of the product or wait for them. A run reads all of them in one transaction, ' +
    'and would delay other calls about the product for too long.',
  action: 'Run it again once fewer lines are open.',
  repetition: 'after-change',
});

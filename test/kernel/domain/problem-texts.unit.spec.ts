import { describe, expect, it } from '@jest/globals';
import { explainProblem, PROBLEM_TEXTS } from '../../../src/kernel/domain/problem-texts.js';

describe('The text of a problem', () => {
  it('is declared once', () => {
    const text = { meaning: 'It broke.', action: 'Mend it.', repetition: 'later' } as const;
    explainProblem('made-up', text);

    expect(PROBLEM_TEXTS.get('made-up')).toBe(text);
    expect(() => explainProblem('made-up', text)).toThrow('The problem made-up is explained twice.');
  });
});

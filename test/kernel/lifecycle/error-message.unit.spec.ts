import { describe, expect, it } from '@jest/globals';
import { errorMessage } from '../../../src/kernel/lifecycle/error-message.js';

describe('the message of an error', () => {
  it.each([
    ['its message', new Error('The disk is full.'), 'The disk is full.'],
    [
      'its message and that of its cause',
      new Error('No answer.', { cause: new Error('away') }),
      'No answer: away',
    ],
    [
      'its code if the message is empty',
      Object.assign(new Error(''), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    ['its name if there is nothing else', new TypeError(''), 'TypeError'],
    ['the value as text if no error was thrown', 'no', 'no'],
    ['"undefined" for undefined', undefined, 'undefined'],
  ])('is %s', (_what, error, message) => {
    expect(errorMessage(error)).toBe(message);
  });
});

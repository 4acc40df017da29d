import { expect, it } from '@jest/globals';
import { failureText } from '../../console/src/app/sign-in-failures.js';

it('says why a sign-in has failed, with the code for an operator', () => {
  expect(failureText('denied')).toBe('The issuer has refused it. For an operator: denied.');
});

it('shows nothing that somebody has written into the address', () => {
  for (const code of ['Call 0900 1234', 'constructor', ''])
    expect(failureText(code)).toBe('It is not known why.');
});

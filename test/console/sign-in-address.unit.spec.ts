import { expect, it } from '@jest/globals';
import { signInAddress } from '../../console/src/app/sign-in-address.js';

it('returns from the issuer to the page that the sign-in is shown instead of', () => {
  const { issuer } = signInAddress('/console/orders?state=held&sku=%22A+%26%22');
  const { pathname, searchParams } = new URL(issuer, 'http://localhost');

  expect(pathname).toBe('/console/sign-in');
  expect([...searchParams]).toEqual([['returnTo', '/console/orders?state=held&sku=%22A+%26%22']]);
});

it('does not return with the failure of an earlier sign-in', () => {
  expect(signInAddress('/console/?signInFailed=denied')).toMatchObject({
    failure: 'denied',
    page: '/console/',
  });
  expect(signInAddress('/console/orders?state=held&signInFailed=denied')).toMatchObject({
    failure: 'denied',
    page: '/console/orders?state=held',
  });
  expect(signInAddress('/console/orders').failure).toBeNull();
});

import { expect, it } from '@jest/globals';
import { returnPath } from '../../../src/platform/console/return-path.js';

it.each([
  ['/console/', ''],
  ['/console/orders/order-1', 'orders/order-1'],
  ['/console/orders?state=held&sku=%22A%22', 'orders?state=held&sku=%22A%22'],
  ['/console/batches/a%2Fb%20c', 'batches/a%2Fb%20c'],
  ['/console/orders#part', 'orders'],
])('A sign-in returns to the page %s of the console', (wanted, path) => {
  expect(returnPath(wanted)).toBe(path);
});

it.each([
  null,
  '',
  '/',
  '/console',
  'console/orders',
  '/v1/orders',
  '/console/../v1/orders',
  '/console/orders/../../v1',
  '/console/%2e%2e/v1/orders',
  '/console/.%2E/v1/orders',
  '/console\\..\\v1',
  '/console/..\\v1',
  '/console/.\t./v1',
  '//evil.example.com/console/',
  '/\\evil.example.com/console/',
  '\\\\evil.example.com/console/',
  'https://evil.example.com/console/',
  'https:/console/',
  'javascript:alert(1)//console/',
  ' /console/orders',
  '/console/sign-in',
  '/console/sign-in/return?code=1&state=2',
  '/console/x/../sign-in',
  `/console/${'x'.repeat(2_001)}`,
  // Each of these letters is written with six characters.
  `/console/${'ä'.repeat(400)}`,
])('A sign-in returns to the start page instead of %j', (wanted) => {
  expect(returnPath(wanted)).toBe('');
});

it.each([
  '/console//evil.example.com',
  '/console/\\evil.example.com',
  '/console/https://evil.example.com',
  '/console/\n//evil.example.com',
  '/console/orders?next=//evil.example.com\r\nset-cookie: a=b',
])('A sign-in stays at this host with %j', (wanted) => {
  const path = returnPath(wanted);

  expect(path).toMatch(/^[!-~]+$/);
  for (const [location, from] of [
    [`../${path}`, '/console/sign-in/return'],
    [`./${path}`, '/console/sign-in'],
  ] as const) {
    const { origin, pathname } = new URL(location, `https://stock.example.com${from}`);
    expect([origin, pathname.startsWith('/console/')]).toEqual(['https://stock.example.com', true]);
  }
});

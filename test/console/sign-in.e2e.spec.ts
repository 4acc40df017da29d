import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Earmark } from '@earmark/client';
import { describeWith } from '../support/brokers.js';
import { eventually } from '../../testing/eventually.js';
import { TestIssuer } from '../support/issuer.js';
import { signal } from '../support/signal.js';
import { ConsoleWorld } from './console-world.js';

describeWith('chromium', 'The sign-in of the console with a key', () => {
  let world: ConsoleWorld;
  let admin: Earmark;
  const keyWith = async (earmark: Earmark, name: string, scopes: readonly string[]) =>
    (await earmark.keys.create({ body: { name, scopes: [...scopes] as never } })).data.key;
  beforeAll(async () => {
    world = await ConsoleWorld.open();
    await world.earmark.batches.register({ body: { reference: 'PO-1', sku: 'DESK', quantity: 5 } });
    const { scopes } = (await world.earmark.info.info()).data.caller;
    // The first key turns access control on.
    const key = await keyWith(world.earmark, 'owner', scopes);
    admin = new Earmark({ url: world.url, key });
  });
  afterAll(() => world.close());

  const signedIn = async (key: string, path: string) => {
    const page = await world.browser.visit(path);
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation').waitFor();
    return page;
  };

  it('says so if the key is unknown, and lets nobody in', async () => {
    const page = await world.browser.visit('/');
    await world.browser.expectAccessible(page);
    await page.getByLabel('API key').fill('earmark_unknown');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('unknown or was revoked').waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
  });

  it('offers what the scopes of the key allow, and keeps the key from scripts', async () => {
    const reader = await signedIn(await keyWith(admin, 'reader', ['read']), '/orders');
    await reader.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
    expect(await reader.getByRole('button', { name: 'Place an order' }).count()).toBe(0);
    expect(await reader.evaluate('document.cookie')).toBe('');

    const clerk = await signedIn(await keyWith(admin, 'clerk', ['read', 'orders:write']), '/orders');
    await clerk.getByRole('button', { name: 'Place an order' }).first().waitFor();
  });

  it('ends when the key is revoked while a page is open', async () => {
    const page = await signedIn(await keyWith(admin, 'leaver', ['read']), '/products');
    await page.getByText('DESK').first().waitFor();
    await admin.keys.revoke({ path: { name: 'leaver' } });
    await page.getByLabel('API key').waitFor();
  });

  it('ends when its owner signs out', async () => {
    const page = await signedIn(await keyWith(admin, 'visitor', ['read']), '/products');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect((await page.request.get('/v1/products')).status()).toBe(401);
  });
});

describeWith('chromium', 'The sign-in of the console with an account', () => {
  let issuer: TestIssuer;
  let world: ConsoleWorld;
  beforeAll(async () => {
    issuer = await TestIssuer.open();
    const { issuer: OIDC_ISSUER, audience: OIDC_AUDIENCE } = issuer.oidc;
    world = await ConsoleWorld.open({ OIDC_ISSUER, OIDC_AUDIENCE, OIDC_CLIENT_ID: 'console' });
  });
  afterAll(async () => {
    await world.close();
    await issuer.stop();
  });

  const signIn = (page: Page) => page.getByRole('link', { name: 'Sign in with your account' }).click();
  const expectHeldOrders = async (page: Page) => {
    await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
    const { pathname, search } = new URL(page.url());
    expect([pathname, search]).toEqual(['/console/orders', '?state=held']);
  };

  it('leads over the issuer and back to the page from which it began', async () => {
    issuer.granted = { sub: 'ada', scope: 'read' };
    const page = await world.browser.visit('/orders?state=held');
    await signIn(page);
    await page.getByRole('navigation').waitFor();
    await page.getByText('ada').waitFor();
    await expectHeldOrders(page);
  });

  it('leads back to the page that was open when the session ended', async () => {
    issuer.granted = { sub: 'ada', scope: 'read' };
    const page = await world.browser.visit('/');
    await signIn(page);
    await page.getByRole('navigation').waitFor();
    await page.goto('/console/orders?state=held');
    await expectHeldOrders(page);
    await page.context().clearCookies();
    await signIn(page);
    await page.getByRole('navigation').waitFor();
    await expectHeldOrders(page);
  });

  it('says so if the issuer refuses, and leads to the page when it is tried again', async () => {
    issuer.refusal = 'access_denied';
    const page = await world.browser.visit('/orders?state=held');
    await signIn(page);
    await page.getByText('The sign-in has failed').waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);

    issuer.refusal = null;
    await signIn(page);
    await page.getByRole('navigation').waitFor();
    await expectHeldOrders(page);
  });

  it('asks to begin again after more than ten minutes at the issuer, and then leads to the overview', async () => {
    issuer.granted = { sub: 'ada', scope: 'read' };
    const page = await world.browser.visit('/orders?state=held');
    const atIssuer = signal();
    issuer.peopleWaitFor = atIssuer.given;
    const asked = issuer.asked.length;
    const leaving = signIn(page);
    await eventually('the browser is at the issuer', () =>
      issuer.asked.slice(asked).some((path) => path.includes('/authorize')),
    );
    // As browsers do when its ten minutes are over.
    await page.context().clearCookies({ name: 'earmark_sign_in' });
    atIssuer.give();
    await leaving;

    await page.getByText('The sign-in has failed').waitFor();
    await page.getByText('It took too long').waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    await world.browser.expectAccessible(page);
    await signIn(page);
    await page.getByRole('navigation').waitFor();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });
});

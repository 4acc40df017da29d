import { readFile } from 'node:fs/promises';
import { expect, jest } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Browser as Chromium, Page } from 'playwright-core';
import { launchChromium } from '../../testing/chromium.js';

/** A browser is slow on a busy machine: these limits end only what hangs. */
const STEP_MS = 60_000;
jest.setTimeout(3 * STEP_MS);

const AXE = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url);

export interface Look {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
}

/** Debian's Chromium, which shows the console of one service. */
export class Browser {
  /** What the pages have complained of: errors of scripts, failed loads, violations of the content security policy. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly chromium: Chromium,
    private readonly url: string,
    private readonly axe: string,
  ) {}

  /** @param url of the service */
  static async open(url: string): Promise<Browser> {
    const [browser, axe] = await Promise.all([launchChromium(), readFile(AXE, 'utf8')]);
    return new Browser(browser, url, axe);
  }

  /** Opens a page of the console as somebody who has never been there: without cookies, and with the theme of the system. */
  async visit(path: string, { width = 1280, theme = 'light' }: Look = {}): Promise<Page> {
    const context = await this.chromium.newContext({
      baseURL: this.url,
      viewport: { width, height: 900 },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(STEP_MS);
    page.on('pageerror', ({ message }) => this.complaints.push(`${path}: ${message}`));
    page.on('console', (message) => {
      // Whatever cannot be loaded is told by its address below.
      const isFailedLoad = message.text().startsWith('Failed to load resource');
      if (['error', 'warning'].includes(message.type()) && !isFailedLoad)
        this.complaints.push(`${path}: ${message.text()}`);
    });
    page.on('response', (response) => {
      // The API may refuse a call, which the page explains.
      const isOfApi = new URL(response.url()).pathname.startsWith('/v1/');
      if (response.status() >= 400 && !isOfApi)
        this.complaints.push(`${path}: ${response.status()} ${response.url()}`);
    });
    await page.goto(`/console${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  }

  /**
   * Expects that axe-core finds nothing on the page as it is now.
   * @param rules all, unless some are named
   */
  async expectAccessible(page: Page, rules: readonly string[] | null = null): Promise<void> {
    await page.evaluate(this.axe);
    const { violations } = await page.evaluate(
      (runOnly) =>
        (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
          resultTypes: ['violations'],
          ...(runOnly && { runOnly }),
        }),
      rules,
    );
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, target }) => ({ id, target: target.join(' '), html })),
    );
    expect(found).toEqual([]);
  }

  close(): Promise<void> {
    return this.chromium.close();
  }
}

/** Waits until nothing on the page loads any more. */
export async function settled(page: Page): Promise<void> {
  for (const loading of await page.getByRole('status', { name: 'Loading' }).all())
    await loading.waitFor({ state: 'detached' });
}

const DATE = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** As the console writes a date that is not near. */
export const dateInWords = (date: string | null): string =>
  date === null ? 'on hand' : DATE.format(Date.parse(`${date}T00:00:00Z`));

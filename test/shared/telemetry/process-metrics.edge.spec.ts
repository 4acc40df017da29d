import { beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../src/shared/config/settings.js';
import { Telemetry } from '../../../src/shared/telemetry/telemetry.js';
import { eventually } from '../../support/eventually.js';
import { Scraped } from '../../support/scraped.js';

let telemetry: Telemetry;
beforeAll(async () => {
  telemetry = await Telemetry.start(readSettings({}).telemetry, '1.2.3');
});
const longest = async () =>
  new Scraped(telemetry.textOf(await telemetry.collect())).value('nodejs_eventloop_delay_max');

function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('The delay of the event loop', () => {
  it('shows that somebody kept everybody waiting, to each who asks', async () => {
    // Seen from the second look on: what comes before the first one is nobody's delay.
    await eventually('it is seen', async () => {
      compute(300);
      return (await longest())! >= 0.2;
    });

    expect(await longest()).toBeGreaterThanOrEqual(0.2);
  });
});

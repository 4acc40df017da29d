import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppModule } from '../../src/app.module.js';
import { MailSender } from '../../src/notifications/mail/mail-sender.js';
import { Application } from '../support/application.js';
import { steps } from './steps.js';
import { World } from './world.js';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.feature'));

let application: Application;
beforeAll(async () => {
  application = await Application.start((settings, url) => AppModule.forRoot(settings, url));
  // No mail leaves between two sentences of a scenario.
  await application.get(MailSender).stop();
});
afterAll(() => application.close());

for (const file of FILES) {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const { title, scenarios } = steps.read(file, text, () => World.in(application));
  describe(title, () => {
    it('begins with its reason in two to four lines, and has scenarios', () => {
      expect(text).toMatch(/^Feature: .+\n(?: {2}\S.{20,}\n){2,4}\n/);
      expect(scenarios).not.toEqual([]);
    });
    for (const { title, play } of scenarios) it(title, play);
  });
}

describe('The specification', () => {
  it('uses every step', () => {
    expect(steps.unused).toEqual([]);
  });
});

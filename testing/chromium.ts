import { chromium, type Browser } from 'playwright-core';
import { programOf } from './program-of.js';

const OPTIONS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Chromium has no sandbox for the superuser. */
const AS_ROOT = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Starts Debian's Chromium. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: programOf('chromium')!, args: [...OPTIONS, ...AS_ROOT] });
}

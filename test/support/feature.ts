import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Module, type DynamicModule } from '@nestjs/common';
import { kernelModules, type Kernel } from '../../src/kernel/kernel.js';
import type { AllSettings } from '../../src/settings.js';
import { Application } from './application.js';

/** As `<feature>.module.ts` exports it. */
export interface FeatureModule {
  readonly name: string;
  forRoot(kernel: Kernel, settings: AllSettings): DynamicModule;
}

const BENEATH = ['kernel', 'platform', 'vocabulary'];
const FEATURES = readdirSync(fileURLToPath(new URL('../../src', import.meta.url)), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !BENEATH.includes(entry.name))
  .map(({ name }) => name);

/**
 * Starts one feature on the kernel, and nothing of the others: not their modules, and not their tables. They are there
 * by their contracts alone, as events that `Application.hears` and `scenario` tell in their name.
 * @param module as in `AllocationModule`, whose tables are in the schema `allocation`
 */
export async function startFeature(
  module: FeatureModule,
  settings: Partial<AllSettings> = {},
): Promise<Application> {
  const own = module.name.replace(/Module$/, '').toLowerCase();
  const others = FEATURES.filter((feature) => feature !== own);
  if (others.length === FEATURES.length) throw new Error(`${module.name} is none of ${FEATURES.join(', ')}.`);
  const application = await Application.start((all, url) => featureOnKernel(module, all, url), settings);
  await application.sql(`drop schema if exists ${others.join(', ')} cascade`);
  return application;
}

@Module({})
class OneFeature {}

/** A module that holds one feature and the kernel on which it stands. */
export function featureOnKernel(
  feature: FeatureModule,
  settings: AllSettings,
  databaseUrl: string,
): DynamicModule {
  const kernel = kernelModules({ ...settings, databaseUrl, context: 'server' });
  return { module: OneFeature, imports: [feature.forRoot(kernel, settings)] };
}

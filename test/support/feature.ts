import { Module, type DynamicModule } from '@nestjs/common';
import { kernelModules, type Kernel } from '../../src/kernel/kernel.js';
import type { AllSettings } from '../../src/settings.js';
import { Application } from './application.js';
import { features } from './features.js';

/** As `<feature>.module.ts` exports it. */
export interface FeatureModule {
  readonly name: string;
  forRoot(kernel: Kernel, settings: AllSettings): DynamicModule;
}

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
  const all = await features();
  const others = all.filter((feature) => feature !== own);
  if (others.length === all.length) throw new Error(`${module.name} is none of ${all.join(', ')}.`);
  const application = await Application.start((every, url) => featureOnKernel(module, every, url), settings);
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

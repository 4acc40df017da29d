import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Settings } from '../../src/platform/config/settings.js';
import { KernelModule } from '../../src/platform/server/kernel.module.js';
import { OrderlyStop } from '../../src/platform/server/orderly-stop.js';
import { Application } from './application.js';

const FEATURES = readdirSync(fileURLToPath(new URL('../../src', import.meta.url)), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['kernel', 'platform', 'vocabulary'].includes(entry.name))
  .map(({ name }) => name);

/**
 * Starts one feature on the kernel, and nothing of the others: not their modules, and not their tables. They are there
 * by their contracts alone, as events that `Application.hears` and `scenario` tell in their name.
 * @param module as in `AllocationModule`, whose tables are in the schema `allocation`
 */
export async function startFeature(module: Type, settings: Partial<Settings> = {}): Promise<Application> {
  const own = module.name.replace(/Module$/, '').toLowerCase();
  const others = FEATURES.filter((feature) => feature !== own);
  if (others.length === FEATURES.length) throw new Error(`${module.name} is none of ${FEATURES.join(', ')}.`);
  const application = await Application.start((all, url) => OneFeature.with(module, all, url), settings);
  await application.sql(`drop schema if exists ${others.join(', ')} cascade`);
  return application;
}

@Module({})
class OneFeature {
  static with(feature: Type, settings: Settings, databaseUrl: string): DynamicModule {
    return {
      module: OneFeature,
      imports: [feature, KernelModule.with(settings, databaseUrl, 'server')],
      providers: [OrderlyStop],
    };
  }
}

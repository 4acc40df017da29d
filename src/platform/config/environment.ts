import type { SettingReader } from './setting-parsers.js';

/** @param environment if it is left out: that of the process and of a file `.env` in the working directory */
export function environmentReader(environment: NodeJS.ProcessEnv = loadEnvironment()): SettingReader {
  return (name) => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
}

function loadEnvironment(): NodeJS.ProcessEnv {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return process.env;
}

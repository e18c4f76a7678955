import { z } from 'zod';

/** What a host tells the core process at its start, through one environment variable. */
export const coreProcessOptionsSchema = z.object({
  version: z.string(),
  electron: z.string().optional(),
  nativeDir: z.string(),
  builtInModelsDir: z.string(),
  cacheDir: z.string(),
  dataDir: z.string(),
  engineEntry: z.string(),
  hashWorker: z.string(),
  importWorker: z.string(),
  verbose: z.boolean(),
});
export type CoreProcessOptions = z.infer<typeof coreProcessOptionsSchema>;

export const CORE_OPTIONS_VARIABLE = 'SOTTO_CORE_OPTIONS';

/** @throws when the variable is missing or malformed: the process was not started by a host. */
export function readCoreProcessOptions(env: NodeJS.ProcessEnv): CoreProcessOptions {
  return coreProcessOptionsSchema.parse(JSON.parse(env[CORE_OPTIONS_VARIABLE] ?? 'null'));
}

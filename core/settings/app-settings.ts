import { type AppSettings, appSettingsSchema } from '../../contract/app-settings.ts';
import { checkParameters } from '../check-parameters.ts';
import type { SettingsStore } from './settings-store.ts';

/** How the window looks and behaves. */
export interface AppSettingsService {
  get(): Promise<AppSettings>;
  /** What is named is changed. @throws AppError PARAM_RANGE that names what makes no sense; then nothing is. */
  change(change: Record<string, unknown>): Promise<AppSettings>;
}

export function createAppSettings(store: SettingsStore): AppSettingsService {
  return {
    get: async () => (await store.get()).app,
    change: async (change) => {
      const checked = checkParameters(appSettingsSchema.partial(), change);
      // Defaults of what was not named must not overwrite what is there.
      const named = Object.fromEntries(Object.entries(checked).filter(([name]) => name in change));
      const { app } = await store.update((before) => ({ app: { ...before.app, ...named } }));
      return app;
    },
  };
}

import { nativeTheme } from 'electron';
import { type AppSettings, appSettingsSchema } from '../../contract/app-settings.ts';
import type { CoreHost } from './core-host.ts';
import { setLanguage } from './translations.ts';

/** Follows what the user has set: colours for every window, words of menus and dialogs, then whatever else there is. */
export function followSettings(
  core: Pick<CoreHost, 'call' | 'onBroadcast'>,
  onChange: (settings: AppSettings) => void,
): void {
  const apply = (value: unknown) => {
    const parsed = appSettingsSchema.safeParse(value);
    if (!parsed.success) return;
    nativeTheme.themeSource = parsed.data.theme;
    void setLanguage(parsed.data.language).then(() => onChange(parsed.data));
  };
  core.onBroadcast((name, value) => name === 'settings.changed' && apply(value));
  void core.call('settings.get', undefined).then((reply) => reply.ok && apply(reply.value));
}

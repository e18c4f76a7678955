import { useEffect, useEffectEvent } from 'react';
import { create } from 'zustand';
import {
  type AppSettings,
  appSettingsSchema,
  SHORTCUTS,
  type ShortcutName,
} from '../../../contract/app-settings.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { bridge } from '../../api/bridge.ts';
import { setLanguage } from '../../i18n.ts';
import { keysOf, keysText } from '../../ui/shortcut.ts';

interface SettingsState {
  settings: AppSettings;
  /** Core has told what is set. */
  isRead: boolean;
  problem: ErrorInfo | undefined;
}

/** How the window looks and behaves. */
export const useSettings = create<SettingsState>()(() => ({
  settings: appSettingsSchema.parse({}),
  isRead: false,
  problem: undefined,
}));

/** Follows core. Returns the function that ends that. */
export function connectSettings(): () => void {
  const stop = bridge().broadcasts['settings.changed'](apply);
  void bridge()
    .calls['settings.get'](undefined)
    .then((reply) => reply.ok && apply(reply.value));
  return stop;
}

export async function changeSettings(change: Partial<AppSettings>): Promise<void> {
  const reply = await bridge().calls['settings.change'](change);
  if (reply.ok) apply(reply.value);
  else useSettings.setState({ problem: reply.error });
}

function apply(settings: AppSettings): void {
  useSettings.setState({ settings, isRead: true, problem: undefined });
  // Colours by the system, or light and dark as set, come through the host; more contrast is the page's own.
  document.documentElement.dataset.contrast = settings.contrast;
  void setLanguage(settings.language);
}

/** The keys of an action: those that the user has set, or the usual ones. */
export const keysFor = (name: ShortcutName): string =>
  useSettings.getState().settings.shortcuts[name] ?? SHORTCUTS[name];

/** The same for the eye, drawn anew when it is changed. */
export function useKeysText(name: ShortcutName): string {
  return keysText(useSettings((state) => state.settings.shortcuts[name]) ?? SHORTCUTS[name]);
}

/** Does something when its keys are pressed, anywhere in the window. */
export function useShortcut(name: ShortcutName, run: () => void, isOn = true): void {
  const onPress = useEffectEvent(run);
  useEffect(() => {
    if (!isOn) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || keysOf(event) !== keysFor(name)) return;
      event.preventDefault();
      onPress();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [name, isOn]);
}

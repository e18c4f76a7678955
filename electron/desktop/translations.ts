import { app } from 'electron';
import i18next from 'i18next';
import type { AppSettings } from '../../contract/app-settings.ts';
import en from '../../contract/locales/en.json';
import { languageOf, loadWords } from '../../contract/locales/languages.ts';

const instance = i18next.createInstance({
  lng: 'en',
  fallbackLng: 'en',
  // Menus and dialogs are plain text.
  interpolation: { escapeValue: false },
  resources: { en: { translation: en } },
});
void instance.init();

/** Menus and dialogs in the language that the user has set, or the system's. */
export async function setLanguage(setting: AppSettings['language']): Promise<void> {
  const language = languageOf(setting, [app.getLocale()]);
  instance.addResourceBundle(language, 'translation', await loadWords(language));
  await instance.changeLanguage(language);
}

/** A text of the shared catalogue, for menus and dialogs, with what is to stand in it. */
export function translate(key: string, values: Record<string, string> = {}): string {
  return instance.t(key, values);
}

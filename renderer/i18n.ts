import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { AppSettings } from '../contract/app-settings.ts';
import en from '../contract/locales/en.json';
import { languageOf, loadWords } from '../contract/locales/languages.ts';

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  // React escapes what it renders.
  interpolation: { escapeValue: false },
});

/** The window in the language that the user has set, or the system's. */
export async function setLanguage(setting: AppSettings['language']): Promise<void> {
  const language = languageOf(setting, navigator.languages);
  if (language === i18next.language) return;
  if (!i18next.hasResourceBundle(language, 'translation'))
    i18next.addResourceBundle(language, 'translation', await loadWords(language));
  await i18next.changeLanguage(language);
  // Screen readers speak it, and hyphenation follows it.
  document.documentElement.lang = language;
}

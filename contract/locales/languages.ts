import { type AppSettings, LANGUAGES, type Language } from '../app-settings.ts';
import en from './en.json';

/** What a catalogue holds: words, and groups of them. */
export interface Words {
  [key: string]: string | string[] | Words;
}

/** Read only when they are wanted; English is there from the start. */
const LOADERS: Record<Language, () => Promise<{ default: Words }>> = {
  en: async () => ({ default: en }),
  de: () => import('./de.json'),
  fr: () => import('./fr.json'),
  es: () => import('./es.json'),
  ja: () => import('./ja.json'),
};

export async function loadWords(language: Language): Promise<Words> {
  return (await LOADERS[language]()).default;
}

/** What the user has set, or the first of the system's languages that there are words for; else English. */
export function languageOf(setting: AppSettings['language'], system: readonly string[]): Language {
  if (setting !== 'system') return setting;
  for (const tag of system) {
    const [language] = tag.toLowerCase().split(/[-_]/);
    const known = LANGUAGES.find((one) => one === language);
    if (known !== undefined) return known;
  }
  return 'en';
}

import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../contract/app-settings.ts';
import en from '../../../contract/locales/en.json';
import { languageOf, loadWords, type Words } from '../../../contract/locales/languages.ts';

function flat(words: Words, prefix = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [inner, text] of flat(value, `${prefix}${key}.`)) all.set(inner, text);
    } else all.set(prefix + key, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return all;
}

const variablesOf = (text: string) =>
  Array.from(text.matchAll(/\{\{\s*([^,}\s]+)/g), ([, name]) => name).sort();

describe('the words of the window', () => {
  it.each(LANGUAGES.filter((one) => one !== 'en'))(
    'are all there in %s, with the same variables',
    async (language) => {
      const english = flat(en);
      const words = flat(await loadWords(language));
      expect([...words.keys()].sort()).toEqual([...english.keys()].sort());
      for (const [key, text] of english) {
        expect([key, variablesOf(words.get(key) ?? '')]).toEqual([key, variablesOf(text)]);
        expect([key, words.get(key)?.trim()]).not.toEqual([key, '']);
      }
      // What is still in English by oversight; names are the same everywhere.
      const same = [...english].filter(
        ([key, text]) => text.length > 25 && words.get(key) === text && !key.endsWith('Placeholder'),
      );
      expect(same.map(([key]) => key)).toEqual([]);
    },
  );

  it('are the user’s choice, or the first of the system’s languages that there are words for', () => {
    expect(languageOf('fr', ['de-AT'])).toBe('fr');
    expect(languageOf('system', ['pt-BR', 'de-AT', 'fr'])).toBe('de');
    expect(languageOf('system', ['ja_JP'])).toBe('ja');
    expect(languageOf('system', ['pt-BR', 'den'])).toBe('en');
    expect(languageOf('system', [])).toBe('en');
  });
});

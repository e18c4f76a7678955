import i18next from 'i18next';
import en from '../../contract/locales/en.json';

const instance = i18next.createInstance({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
});
void instance.init();

/** A text of the shared catalogue, for menus and dialogs. */
export function translate(key: string): string {
  return instance.t(key);
}

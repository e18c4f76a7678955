import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keysSchema, SHORTCUT_NAMES, SHORTCUTS, type ShortcutName } from '../../../contract/app-settings.ts';
import { Button } from '../../ui/button.tsx';
import page from '../../ui/page.module.css';
import { keysOf, keysText } from '../../ui/shortcut.ts';
import { changeSettings, keysFor, useSettings } from './settings-store.ts';
import styles from './settings-view.module.css';

/** Every shortcut, and others in their place. */
export function ShortcutsSection() {
  const { t } = useTranslation();
  const shortcuts = useSettings((state) => state.settings.shortcuts);
  const [listening, setListening] = useState<ShortcutName>();
  const [taken, setTaken] = useState<ShortcutName>();
  const set = (name: ShortcutName, keys: string) => {
    const other = SHORTCUT_NAMES.find((one) => one !== name && keysFor(one) === keys);
    setTaken(other);
    if (other !== undefined) return;
    setListening(undefined);
    const { [name]: _, ...others } = shortcuts;
    void changeSettings({ shortcuts: keys === SHORTCUTS[name] ? others : { ...others, [name]: keys } });
  };
  const listen = (name: ShortcutName) => (event: KeyboardEvent) => {
    if (listening !== name || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') setListening(undefined);
    const keys = keysOf(event.nativeEvent);
    if (keys !== undefined && keysSchema.safeParse(keys).success) set(name, keys);
  };
  return (
    <>
      <h2 id="shortcuts" className={page.section}>
        {t('settings.shortcuts')}
      </h2>
      <div className={styles.rows}>
        {SHORTCUT_NAMES.map((name) => {
          const keys = keysText(shortcuts[name] ?? SHORTCUTS[name]);
          const isListening = listening === name;
          return (
            <div key={name} className={styles.row}>
              <p className={styles.words}>{t(`palette.actions.${name}`)}</p>
              {shortcuts[name] !== undefined && (
                <Button look="bare" onClick={() => set(name, SHORTCUTS[name])} testId={`reset-keys-${name}`}>
                  {t('settings.usualKeys')}
                </Button>
              )}
              <Button
                look="quiet"
                className={styles.keys}
                data-listening={isListening}
                aria-label={t('settings.keysOf', { name: t(`palette.actions.${name}`), keys })}
                onClick={() => {
                  setTaken(undefined);
                  setListening(isListening ? undefined : name);
                }}
                onKeyDown={listen(name)}
                onBlur={() => isListening && setListening(undefined)}
                testId={`keys-${name}`}
              >
                {isListening ? t('settings.pressKeys') : keys}
              </Button>
            </div>
          );
        })}
      </div>
      <p className={page.note} role="status" data-testid="keys-taken">
        {taken !== undefined && t('settings.taken', { name: t(`palette.actions.${taken}`) })}
      </p>
    </>
  );
}

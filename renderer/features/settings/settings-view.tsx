import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type AppSettings, LANGUAGE_NAMES, LANGUAGES } from '../../../contract/app-settings.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import page from '../../ui/page.module.css';
import { AboutSotto } from './about-sotto.tsx';
import { KeptSection } from './kept-section.tsx';
import { changeSettings, useSettings } from './settings-store.ts';
import styles from './settings-view.module.css';
import { ShortcutsSection } from './shortcuts-section.tsx';

/** Minutes without anybody there; 0: never. */
const LOCK_AFTER = [5, 10, 15, 30, 60, 0] as const;

/** How Sotto looks, what it keeps, which keys it has. */
export function SettingsView() {
  const { t } = useTranslation();
  const settings = useSettings((state) => state.settings);
  const problem = useSettings((state) => state.problem);
  const known = new Set<number>([...LOCK_AFTER, settings.lockMinutes]);
  return (
    <main className={page.main} tabIndex={-1}>
      <header className={page.header}>
        <h1 className={page.title}>{t('settings.title')}</h1>
      </header>
      <div className={page.scroll}>
        <div className={page.column}>
          {problem !== undefined && <ErrorNote error={problem} detail />}
          <h2 className={page.section}>{t('settings.look')}</h2>
          <div className={styles.rows}>
            <Choice
              name="theme"
              value={settings.theme}
              options={['system', 'light', 'dark'].map((one) => [one, t(`settings.themes.${one}`)])}
            />
            <Choice
              name="contrast"
              value={settings.contrast}
              options={['system', 'more'].map((one) => [one, t(`settings.contrasts.${one}`)])}
            />
            <Choice
              name="language"
              value={settings.language}
              options={[
                ['system', t('settings.themes.system')],
                ...LANGUAGES.map((one): [string, string] => [one, LANGUAGE_NAMES[one]]),
              ]}
            />
          </div>
          <h2 className={page.section}>{t('settings.window')}</h2>
          <div className={styles.rows}>
            <Choice
              name="tray"
              value={settings.tray ? 'on' : 'off'}
              options={['off', 'on'].map((one) => [one, t(`settings.${one}`)])}
              read={(text) => text === 'on'}
            />
          </div>
          <h2 className={page.section}>{t('settings.privacy')}</h2>
          <div className={styles.rows}>
            <Choice
              name="lockMinutes"
              value={String(settings.lockMinutes)}
              options={[...known].map((minutes) => [
                String(minutes),
                minutes === 0 ? t('settings.never') : t('settings.minutes', { count: minutes }),
              ])}
              read={Number}
            />
          </div>
          <KeptSection />
          <ShortcutsSection />
          <AboutSotto />
        </div>
      </div>
    </main>
  );
}

interface ChoiceProps {
  name: keyof AppSettings;
  value: string;
  options: ReadonlyArray<readonly [value: string, name: string] | string[]>;
  read?: (value: string) => unknown;
}

function Choice({ name, value, options, read = (text) => text }: ChoiceProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={styles.row}>
      <label htmlFor={id} className={styles.label}>
        {t(`settings.${name}.name`)}
        <span className={page.note}>{t(`settings.${name}.note`)}</span>
      </label>
      <select
        id={id}
        className={page.select}
        value={value}
        onChange={({ target }) => void changeSettings({ [name]: read(target.value) })}
        data-testid={`setting-app-${name}`}
      >
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

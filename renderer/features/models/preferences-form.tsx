import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preferences } from '../../../contract/library.ts';
import { Button } from '../../ui/button.tsx';
import { NumberField, numberIn } from '../../ui/number-field.tsx';
import { setPreferences, useModels } from './models-store.ts';
import styles from './preferences-form.module.css';

const BYTES_A_MEGABYTE = 1_000_000;

/** What holds for all models: where they come from, how fast, and when they give their memory back. */
export function PreferencesForm({ preferences, hub }: { preferences: Preferences; hub: string }) {
  const { t } = useTranslation();
  const id = useId();
  const [mirror, setMirror] = useState(preferences.hub ?? '');
  const [limit, setLimit] = useState(megabytesOf(preferences.speedLimit));
  const [idle, setIdle] = useState(
    preferences.idleMinutes === undefined ? '' : String(preferences.idleMinutes),
  );
  const [isSaved, setIsSaved] = useState(false);
  const hasProblem = useModels((state) => state.problems[''] !== undefined);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const megabytes = numberIn(limit);
    const given = {
      hub: mirror.trim() === '' ? undefined : mirror.trim(),
      speedLimit: megabytes === undefined ? undefined : megabytes * BYTES_A_MEGABYTE,
      idleMinutes: numberIn(idle),
    };
    const set = Object.entries(given).filter(([, value]) => value !== undefined);
    setIsSaved(await setPreferences(Object.fromEntries(set)));
  };
  const edit = (change: () => void) => {
    setIsSaved(false);
    change();
  };
  return (
    <details className={styles.more} data-testid="preferences">
      <summary>{t('models.preferences.title')}</summary>
      <form className={styles.form} onSubmit={(event) => void save(event)}>
        <div className={styles.row}>
          <label htmlFor={id}>{t('models.preferences.hub')}</label>
          <input
            id={id}
            type="url"
            className={styles.address}
            value={mirror}
            placeholder={hub}
            onChange={(event) => edit(() => setMirror(event.target.value))}
            data-testid="preference-hub"
          />
        </div>
        <NumberField
          label={t('models.preferences.speedLimit')}
          value={limit}
          fallback={t('models.preferences.none')}
          onChange={(value) => edit(() => setLimit(value))}
          testId="preference-speed"
        />
        <NumberField
          label={t('models.preferences.idleMinutes')}
          value={idle}
          fallback="30"
          onChange={(value) => edit(() => setIdle(value))}
          testId="preference-idle"
        />
        <div className={styles.choices}>
          <Button look="quiet" type="submit" testId="save-preferences">
            {t('models.settings.save')}
          </Button>
          <span role="status">{isSaved && !hasProblem && t('models.preferences.saved')}</span>
        </div>
      </form>
    </details>
  );
}

function megabytesOf(bytes: number | undefined): string {
  return bytes === undefined ? '' : String(bytes / BYTES_A_MEGABYTE);
}

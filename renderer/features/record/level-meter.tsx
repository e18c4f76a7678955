import { useTranslation } from 'react-i18next';
import styles from './record.module.css';
import { useRecord } from './record-store.ts';

/** The meter begins at -60 dB of full scale, where a quiet room is. */
const FLOOR_DB = -60;

/** How loud the microphone is, so that one sees at once whether it hears anything. */
export function LevelMeter() {
  const { t } = useTranslation();
  const level = useRecord((state) => state.view?.level ?? 0);
  const percent = Math.round(100 * Math.max(0, 1 - (20 * Math.log10(Math.max(level, 1e-6))) / FLOOR_DB));
  return (
    // biome-ignore lint/a11y/useSemanticElements: <meter> cannot be drawn as the rest of the app is
    <div
      className={styles.meter}
      role="meter"
      aria-label={t('record.level')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-testid="level"
    >
      <span className={styles.level} style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  );
}

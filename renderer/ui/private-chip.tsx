import { Lock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './chip.module.css';

/** Says on every screen that all of it stays here. @param hint what "all of it" is on this one */
export function PrivateChip({ hint }: { hint: string }) {
  const { t } = useTranslation();
  return (
    <span className={styles.private} title={hint}>
      <Lock size={13} aria-hidden="true" />
      <span className={styles.words}>{t('chat.private')}</span>
    </span>
  );
}

import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import styles from './model-card.module.css';
import { takeFile } from './models-store.ts';
import { useOffline } from './network-needed.tsx';

/** For a file that nothing vouches for: the user alone can say that it is to be taken. */
export function HashChoice({ id, code }: { id: string; code: 'HASH_UNKNOWN' | 'HASH_CHANGED' }) {
  const { t } = useTranslation();
  const isOffline = useOffline();
  const isKnown = code === 'HASH_CHANGED';
  return (
    <div className={styles.choices}>
      <Button
        look="quiet"
        disabled={isOffline}
        onClick={() => void takeFile(id, isKnown ? 'replace' : 'accept')}
        testId="take-file"
      >
        {isKnown ? t('models.takeOther') : t('models.takeUnknown')}
      </Button>
    </div>
  );
}

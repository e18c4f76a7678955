import { useTranslation } from 'react-i18next';
import styles from './model-card.module.css';
import { useModels } from './models-store.ts';

/** Whether the user has switched the network off. */
export const useOffline = (): boolean => useModels(({ overview }) => overview?.network.on === false);

/** Said before anything is asked of the network, not after; nothing where the network is on. */
export function NetworkNeeded({ words = 'models.networkNeeded' }: { words?: Words }) {
  const { t } = useTranslation();
  if (!useOffline()) return null;
  return (
    <span className={styles.quiet} data-testid="network-needed">
      {t(words)}
    </span>
  );
}

type Words = 'models.networkNeeded' | 'models.networkNeededToLook' | 'start.networkNeeded';

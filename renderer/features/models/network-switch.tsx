import { useTranslation } from 'react-i18next';
import { setNetwork, useModels } from './models-store.ts';
import styles from './models-view.module.css';

/** The one switch that keeps Sotto off every network, and what it is for. */
export function NetworkSwitch() {
  const { t } = useTranslation();
  const network = useModels((state) => state.overview?.network);
  if (network === undefined) return null;
  return (
    <div className={styles.network}>
      <label className={styles.switch}>
        <input
          type="checkbox"
          checked={network.on}
          onChange={(event) => void setNetwork(event.target.checked)}
          data-testid="network"
        />
        {t('models.network')}
      </label>
      <p>{network.on ? t('models.networkOn', { hub: new URL(network.hub).host }) : t('models.networkOff')}</p>
    </div>
  );
}

import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../contract/library.ts';
import { bridge } from '../../api/bridge.ts';
import { Button } from '../../ui/button.tsx';
import styles from './model-card.module.css';
import { acceptTerms, refuseTerms } from './models-store.ts';
import { NetworkNeeded, useOffline } from './network-needed.tsx';

/** Whose terms a model comes under, and what it means to run it: before its first byte. */
export function Consent({ entry }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  const { id, name, licence, termsUrl, maker } = entry;
  const isOffline = useOffline();
  const isKnown = entry.origin === 'catalogue';
  return (
    <fieldset className={styles.consent} aria-label={t('models.termsOf', { name })}>
      <p>{isKnown ? t('models.terms', { name, licence }) : t('models.untrusted', { maker })}</p>
      {isKnown && entry.gated && <p className={styles.quiet}>{t('models.gated')}</p>}
      {entry.isUnpinned === true && <p className={styles.quiet}>{t('models.unpinned')}</p>}
      <p className={styles.quiet}>{t('models.connects')}</p>
      <NetworkNeeded />
      <div className={styles.choices}>
        <Button
          look="primary"
          autoFocus
          disabled={isOffline}
          onClick={() => void acceptTerms(id)}
          testId="accept-terms"
        >
          {t('models.accept')}
        </Button>
        {termsUrl !== undefined && (
          <Button look="quiet" onClick={() => void bridge().calls['links.open']({ url: termsUrl })}>
            <ExternalLink size={14} aria-hidden="true" />
            {t('models.readTerms')}
          </Button>
        )}
        <Button look="quiet" onClick={refuseTerms}>
          {t('models.notNow')}
        </Button>
      </div>
    </fieldset>
  );
}

import { ArrowRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { selectModel, useEngine } from '../engine/engine-store.ts';
import { goTo } from '../places/places-store.ts';
import { ask } from './chat-store.ts';
import styles from './empty-state.module.css';

/** One sentence, three examples, and an honest word about the starter model. */
export function EmptyState() {
  const { t } = useTranslation();
  const model = useEngine(selectModel);
  const samples = t('empty.samples', { returnObjects: true });
  return (
    <div className={styles.scroll}>
      <div className={styles.column}>
        <h2 className={styles.title}>{t('empty.title')}</h2>
        <p className={styles.label} id="samples-label">
          {t('empty.samplesLabel')}
        </p>
        <ul className={styles.samples} aria-labelledby="samples-label">
          {(Array.isArray(samples) ? samples : []).map((sample) => (
            <li key={sample}>
              <button
                type="button"
                className={styles.sample}
                onClick={() => ask(sample)}
                data-testid="sample-prompt"
              >
                {sample}
                <ArrowRight size={15} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
        {model?.builtIn === true && (
          <p className={styles.note} data-testid="starter-note">
            {t('empty.starter')}{' '}
            <button
              type="button"
              className={styles.link}
              onClick={() => goTo('models')}
              data-testid="find-model"
            >
              {t('empty.better')}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

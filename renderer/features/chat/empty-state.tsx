import { ArrowRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { selectModel, useEngine } from '../engine/engine-store.ts';
import { PersonaPicker } from '../personas/persona-picker.tsx';
import { descriptionOf, usePersonas } from '../personas/personas-store.ts';
import { goTo } from '../places/places-store.ts';
import { ask } from './asking.ts';
import { useChat } from './chat-state.ts';
import { setDraft } from './drafts.ts';
import styles from './empty-state.module.css';

/** One sentence, three examples, and an honest word about the starter model. */
export function EmptyState() {
  const { t } = useTranslation();
  const model = useEngine(selectModel);
  const personaId = useChat((state) => state.personaId);
  const persona = usePersonas((state) => state.personas.find(({ id }) => id === personaId));
  const samples = persona?.starters ?? t('empty.samples', { returnObjects: true });
  return (
    <div className={styles.scroll}>
      <div className={styles.column}>
        <h2 className={styles.title}>{t('empty.title')}</h2>
        <PersonaPicker />
        <p className={styles.label} id="samples-label">
          {persona === undefined ? t('empty.samplesLabel') : descriptionOf(persona)}
        </p>
        <ul className={styles.samples} aria-labelledby="samples-label">
          {(Array.isArray(samples) ? samples : []).map((sample) => (
            <li key={sample}>
              <button
                type="button"
                className={styles.sample}
                onClick={() => begin(sample)}
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

/** One that ends with a colon wants something to go on with. */
function begin(sample: string): void {
  if (!sample.trimEnd().endsWith(':')) {
    ask(sample);
    return;
  }
  setDraft(`${sample.trimEnd()} `);
  document.querySelector<HTMLTextAreaElement>('[data-testid="composer-input"]')?.focus();
}

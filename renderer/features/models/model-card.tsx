import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../contract/library.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ConfirmRemove } from './confirm-remove.tsx';
import { Consent } from './consent.tsx';
import { HashChoice } from './hash-choice.tsx';
import { ModelActions } from './model-actions.tsx';
import styles from './model-card.module.css';
import { ModelFacts } from './model-facts.tsx';
import { ModelProgress } from './model-progress.tsx';
import { ModelSettingsPanel } from './model-settings-panel.tsx';
import { ModelTrials } from './model-trials.tsx';
import { isComing, useModels } from './models-store.ts';
import { useModelSettings } from './settings-store.ts';
import { TokenForm } from './token-form.tsx';

/** One model: what it is, whether it suits this machine, and the one thing to do with it. */
export function ModelCard({ entry }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  const problem = useModels((state) => state.problems[entry.id]);
  const asksConsent = useModels((state) => state.consentFor === entry.id);
  const isRemoving = useModels((state) => state.removing === entry.id);
  const settings = useModelSettings(({ open }) => (open?.id === entry.id ? open : undefined));
  const { state } = entry;
  const error = problem ?? (state.state === 'paused' || state.state === 'failed' ? state.error : undefined);
  const asksForFile =
    error?.code === 'HASH_UNKNOWN' || error?.code === 'HASH_CHANGED' ? error.code : undefined;
  return (
    <li className={styles.card} data-testid={`model-${entry.id}`} data-state={state.state}>
      <div className={styles.row}>
        <div className={styles.about}>
          <h2 className={styles.name}>
            {entry.name}
            {entry.recommended && <span className={styles.recommended}>{t('models.recommended')}</span>}
          </h2>
          <ModelFacts entry={entry} />
        </div>
        <ModelActions entry={entry} />
      </div>
      {isComing(entry) && <ModelProgress entry={entry} />}
      {error !== undefined && (
        <ErrorNote error={error} detail={asksForFile === undefined} isNews={problem !== undefined} />
      )}
      {error?.code === 'HUB_GATED' && <TokenForm id={entry.id} />}
      {asksForFile !== undefined && <HashChoice id={entry.id} code={asksForFile} />}
      <ModelTrials id={entry.id} />
      {asksConsent && <Consent entry={entry} />}
      {settings !== undefined && <ModelSettingsPanel key={entry.id} view={settings} name={entry.name} />}
      {isRemoving && <ConfirmRemove entry={entry} />}
    </li>
  );
}

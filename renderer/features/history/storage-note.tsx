import { LockKeyhole, LockKeyholeOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { errorWords } from '../../ui/error-words.ts';
import styles from './history-list.module.css';
import { PassphraseForm } from './passphrase-form.tsx';
import { forgetProblem, lock, restoreBackup, useStorage } from './storage-store.ts';

/** Whether these chats are kept, in a word, and the one thing to do about it. */
export function StorageNote() {
  const { t } = useTranslation();
  const status = useStorage((state) => state.status);
  const [asks, setAsks] = useState(false);
  if (status === undefined) return null;
  const { state, hasPassphrase, problem } = status;
  if (asks) {
    const close = () => {
      setAsks(false);
      forgetProblem();
    };
    return (
      <div className={styles.storageForm}>
        <PassphraseForm hasPassphrase={hasPassphrase} close={close} />
      </div>
    );
  }
  const words = problem === undefined ? undefined : errorWords(t, problem);
  const canRestore = problem?.code === 'DB_DAMAGED' && status.backupAt !== undefined;
  return (
    <div className={styles.storage} data-testid="storage" data-state={state}>
      <p>
        {state === 'open' ? (
          <LockKeyhole size={14} aria-hidden="true" />
        ) : (
          <LockKeyholeOpen size={14} aria-hidden="true" />
        )}
        {problem === undefined ? t(`history.storage.${state}`) : t('history.storage.problem')}
      </p>
      {problem !== undefined && words !== undefined && (
        <p data-testid="storage-problem">
          {words.title} {words.hint} ({problem.code})
        </p>
      )}
      <div className={styles.storageActions}>
        {canRestore && (
          <Button look="quiet" onClick={() => void restoreBackup()}>
            {t('history.storage.restore')}
          </Button>
        )}
        {problem === undefined && (
          <Button
            look={state === 'memory' ? 'quiet' : 'bare'}
            onClick={() => setAsks(true)}
            testId="set-passphrase"
          >
            {t(hasPassphrase ? 'history.storage.change' : 'history.storage.set')}
          </Button>
        )}
        {state === 'open' && hasPassphrase && (
          <Button look="bare" onClick={() => void lock()} testId="lock">
            {t('history.storage.lock')}
          </Button>
        )}
      </div>
    </div>
  );
}

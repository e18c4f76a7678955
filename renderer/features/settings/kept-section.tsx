import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StorageStatus } from '../../../contract/history.ts';
import { bridge } from '../../api/bridge.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { errorWords } from '../../ui/error-words.ts';
import page from '../../ui/page.module.css';
import { PassphraseForm } from '../history/passphrase-form.tsx';
import {
  askPassphrase,
  backUp,
  forgetProblem,
  lock,
  restoreBackup,
  useStorage,
} from '../history/storage-store.ts';
import { useKeysText } from './settings-store.ts';
import styles from './settings-view.module.css';

interface Backup {
  name: string;
  at: number;
}

/** What is kept and how: the passphrase, the lock, the backups. */
export function KeptSection() {
  const status = useStorage((state) => state.status);
  if (status === undefined) return null;
  return (
    <div className={`${styles.rows} ${styles.kept}`} data-testid="kept">
      <PassphraseRow status={status} />
      {status.state === 'open' && status.hasPassphrase && <LockRow />}
      {status.state === 'open' && <BackupRow status={status} />}
    </div>
  );
}

function PassphraseRow({ status }: { status: StorageStatus }) {
  const { t } = useTranslation();
  const asks = useStorage((state) => state.asksPassphrase);
  const { state, hasPassphrase, problem } = status;
  const close = () => {
    askPassphrase(false);
    forgetProblem();
  };
  if (asks) return <PassphraseForm hasPassphrase={hasPassphrase} close={close} />;
  return (
    <div className={styles.row}>
      <p className={styles.words}>
        {problem === undefined ? t(`history.storage.${state}`) : t('history.storage.problem')}
        <span className={page.note}>
          {problem === undefined
            ? t(`settings.kept.${hasPassphrase ? 'passphrase' : state}`)
            : errorWords(t, problem).title}
        </span>
      </p>
      {problem === undefined && (
        <Button look="quiet" onClick={() => askPassphrase(true)} testId="settings-passphrase">
          {t(hasPassphrase ? 'history.storage.change' : 'history.storage.set')}
        </Button>
      )}
    </div>
  );
}

function LockRow() {
  const { t } = useTranslation();
  return (
    <div className={styles.row}>
      <p className={styles.words}>
        {t('history.storage.lock')}
        <span className={page.note}>{useKeysText('lock')}</span>
      </p>
      <Button look="quiet" onClick={() => void lock()} testId="settings-lock">
        {t('history.storage.lock')}
      </Button>
    </div>
  );
}

function BackupRow({ status }: { status: StorageStatus }) {
  const { t, i18n } = useTranslation();
  const problem = useStorage((state) => state.problem);
  const isWorking = useStorage((state) => state.isWorking);
  const [backups, setBackups] = useState<Backup[]>([]);
  const [chosen, setChosen] = useState<string>();
  const read = async () => {
    const reply = await bridge().calls['storage.backups'](undefined);
    if (reply.ok) setBackups(reply.value);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new backup is told by the time of the newest
  useEffect(() => void read(), [status.backupAt]);
  const timeOf = (at: number) =>
    new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  return (
    <>
      <div className={styles.row}>
        <p className={styles.words}>
          {t('settings.kept.backups')}
          <span className={page.note}>{t('settings.kept.backupsNote')}</span>
        </p>
        <Button look="quiet" disabled={isWorking} onClick={() => void backUp().then(read)} testId="back-up">
          {t('settings.kept.backUp')}
        </Button>
      </div>
      {backups.map(({ name, at }) => (
        <div key={name} className={styles.row} data-testid="backup">
          <p className={styles.words}>{timeOf(at)}</p>
          {chosen === name ? (
            <span className={page.choices}>
              <span>{t('settings.kept.sure')}</span>
              <Button
                look="danger"
                disabled={isWorking}
                onClick={() => void restoreBackup(name).then(() => setChosen(undefined))}
                testId="confirm-restore"
              >
                {t('settings.kept.restore')}
              </Button>
              <Button look="bare" onClick={() => setChosen(undefined)}>
                {t('history.storage.cancel')}
              </Button>
            </span>
          ) : (
            <Button look="bare" onClick={() => setChosen(name)} testId="restore">
              {t('settings.kept.restore')}
            </Button>
          )}
        </div>
      ))}
      {problem !== undefined && (
        <div className={styles.card}>
          <ErrorNote error={problem} detail />
        </div>
      )}
    </>
  );
}

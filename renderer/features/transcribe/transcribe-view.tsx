import { Plus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PrivateChip } from '../../ui/private-chip.tsx';
import { PassphraseForm } from '../history/passphrase-form.tsx';
import { forgetProblem } from '../history/storage-store.ts';
import { usePlace } from '../places/places-store.ts';
import { RECORDING_ID, startRecording, useRecord } from '../record/record-store.ts';
import { RecordingItem } from '../record/recording-item.tsx';
import { RecordingPane } from '../record/recording-pane.tsx';
import { useKeysText, useShortcut } from '../settings/settings-store.ts';
import { ChooseFiles } from './choose-files.tsx';
import { JobList } from './job-list.tsx';
import { saveAll } from './save-transcript.ts';
import { connectTranscribe, refuse, select, useTranscribe } from './transcribe-store.ts';
import styles from './transcribe-view.module.css';
import { TranscriptPane } from './transcript-pane.tsx';

/** Recordings to text: choose or drop, watch the text come, listen, mend, save. */
export function TranscribeView() {
  const isRecording = useRecord((state) => state.view !== undefined);
  const isRecordingShown = useTranscribe((state) => state.selectedId === RECORDING_ID) && isRecording;
  const hasJobs =
    useTranscribe((state) => state.jobs.length > 0 || state.removed !== undefined) || isRecording;
  const isAdding =
    useTranscribe((state) => state.jobs.every((job) => job.id !== state.selectedId)) && !isRecordingShown;
  const isHere = usePlace((state) => state.place === 'transcribe');
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const stop = connectTranscribe();
    window.addEventListener('pagehide', saveAll);
    return () => {
      stop();
      window.removeEventListener('pagehide', saveAll);
    };
  }, []);
  useShortcut('newItem', () => select(undefined), isHere);
  useEffect(() => {
    // What had the focus in another place is out of sight; the keyboard goes on from here.
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (isHere && isLost) main.current?.focus();
  }, [isHere]);
  return (
    <div className={styles.view}>
      {hasJobs && <Side isAdding={isAdding} />}
      <main className={styles.main} ref={main} tabIndex={-1}>
        {isRecordingShown && <RecordingPane />}
        {isAdding && <NewRecordings />}
        {!isAdding && !isRecordingShown && <TranscriptPane />}
      </main>
    </div>
  );
}

function Side({ isAdding }: { isAdding: boolean }) {
  const { t } = useTranslation();
  const name = t('speech.new', { shortcut: useKeysText('newItem') });
  return (
    <aside className={styles.side} aria-label={t('speech.queue')}>
      <div className={styles.sideHead}>
        <h2 className={styles.sideTitle}>{t('speech.queue')}</h2>
        <Button
          look="quiet"
          className={styles.add}
          aria-label={name}
          title={name}
          aria-pressed={isAdding}
          onClick={() => select(undefined)}
          testId="new-transcript"
        >
          <Plus size={16} aria-hidden="true" />
        </Button>
      </div>
      <RecordingItem />
      <JobList />
    </aside>
  );
}

function NewRecordings() {
  const { t } = useTranslation();
  const refusal = useTranscribe((state) => state.refusal);
  return (
    <>
      <header className={styles.header}>
        <h1 className={styles.title}>{t('speech.title')}</h1>
        <PrivateChip hint={t('speech.privateHint')} />
      </header>
      <div className={styles.empty}>
        <div className={styles.emptyColumn}>
          <h2 className={styles.emptyTitle}>{t('speech.emptyTitle')}</h2>
          <p className={styles.emptyHint}>{t('speech.emptyHint')}</p>
          {refusal !== undefined && (
            <div className={styles.refusal}>
              {refusal.code === 'PASSPHRASE_NEEDED' ? <AskPassphrase /> : <ErrorNote error={refusal} />}
            </div>
          )}
          <ChooseFiles />
        </div>
      </div>
    </>
  );
}

/** What must come before the first recording, where nothing else keeps the key. */
function AskPassphrase() {
  const { t } = useTranslation();
  const close = () => {
    forgetProblem();
    refuse(undefined);
  };
  return (
    <div className={styles.passphrase}>
      <PassphraseForm
        hasPassphrase={false}
        words={{ title: t('record.needsPassphrase'), hint: t('record.whyPassphrase') }}
        close={close}
        done={() => void startRecording()}
      />
    </div>
  );
}

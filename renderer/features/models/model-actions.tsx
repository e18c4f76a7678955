import { Check, Download, Pause, Play, Trash2, Wrench, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../contract/format-bytes.ts';
import type { ModelEntry } from '../../../contract/library.ts';
import { Button } from '../../ui/button.tsx';
import styles from './model-card.module.css';
import { askToRemove, cancel, choose, download, pause, repair } from './models-store.ts';

/** What can be done with a model in its state. */
export function ModelActions({ entry }: { entry: ModelEntry }) {
  return (
    <div className={styles.actions}>
      <StateActions entry={entry} />
    </div>
  );
}

function StateActions({ entry }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  const { id, name, state } = entry;
  switch (state.state) {
    case 'absent':
      return <Fetch entry={entry} />;
    case 'queued':
    case 'downloading':
      return (
        <>
          <Small
            icon={Pause}
            label={t('models.pause')}
            name={name}
            act={() => void pause(id)}
            testId="pause"
          />
          <Small
            icon={X}
            label={t('models.cancel')}
            name={name}
            act={() => void cancel(id)}
            testId="cancel"
          />
        </>
      );
    case 'paused':
      return (
        <>
          <Button look="primary" onClick={() => download(entry)} testId="resume">
            <Play size={14} aria-hidden="true" />
            {t('models.resume')}
          </Button>
          <Small
            icon={X}
            label={t('models.cancel')}
            name={name}
            act={() => void cancel(id)}
            testId="cancel"
          />
        </>
      );
    case 'verifying':
      return <span className={styles.quiet}>{t('models.verifying')}</span>;
    case 'failed':
      return (
        <>
          {entry.repo !== undefined && (
            <Button look="quiet" onClick={() => void repair(id)} testId="repair">
              <Wrench size={14} aria-hidden="true" />
              {t('models.repair')}
            </Button>
          )}
          <Remove entry={entry} />
        </>
      );
    default:
      return <Here entry={entry} />;
  }
}

function Fetch({ entry }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  const { sizeBytes, fit } = entry;
  const size = sizeBytes === undefined ? '' : formatBytes(sizeBytes);
  // The best choice stands out; what is too large is possible and not invited.
  const look = entry.recommended && fit?.verdict !== 'too-large' ? 'primary' : 'quiet';
  return (
    <Button
      look={look}
      onClick={() => download(entry)}
      aria-label={t('models.downloadName', { name: entry.name, size })}
      testId="download"
    >
      <Download size={14} aria-hidden="true" />
      {t('models.download', { size })}
    </Button>
  );
}

function Here({ entry }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  return (
    <>
      {entry.chosen ? (
        <span className={styles.inUse} data-testid="in-use">
          <Check size={14} aria-hidden="true" />
          {t('models.inUse')}
        </span>
      ) : (
        <Button look="quiet" onClick={() => void choose(entry.id)} testId="use">
          {t('models.use')}
        </Button>
      )}
      {entry.origin !== 'built-in' && <Remove entry={entry} />}
    </>
  );
}

function Remove({ entry }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  return (
    <Small
      icon={Trash2}
      label={t('models.remove')}
      name={entry.name}
      act={() => askToRemove(entry.id)}
      testId="remove"
    />
  );
}

interface SmallProps {
  icon: typeof X;
  label: string;
  name: string;
  act: () => void;
  testId: string;
}

function Small({ icon: Icon, label, name, act, testId }: SmallProps) {
  return (
    <Button look="bare" aria-label={`${label}: ${name}`} title={label} onClick={act} testId={testId}>
      <Icon size={15} aria-hidden="true" />
    </Button>
  );
}

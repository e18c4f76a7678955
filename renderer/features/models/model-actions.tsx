import { Check, Download, Gauge, Pause, Play, SlidersHorizontal, Trash2, Wrench, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../contract/format-bytes.ts';
import type { ModelEntry } from '../../../contract/library.ts';
import { Button } from '../../ui/button.tsx';
import styles from './model-card.module.css';
import {
  askToRemove,
  cancel,
  choose,
  download,
  forgetRepo,
  pause,
  repair,
  tryDevices,
  useModels,
} from './models-store.ts';
import { NetworkNeeded, useOffline } from './network-needed.tsx';
import { toggleSettings } from './settings-store.ts';

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
  const isOffline = useOffline();
  switch (state.state) {
    case 'absent':
      return (
        <>
          <Fetch entry={entry} />
          {entry.origin === 'hub' && <Forget entry={entry} />}
        </>
      );
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
          <NetworkNeeded />
          <Button look="primary" disabled={isOffline} onClick={() => download(entry)} testId="resume">
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
    case 'importing':
      return (
        <Small
          icon={X}
          label={t('models.stopImport')}
          name={name}
          act={() => void cancel(id)}
          testId="cancel"
        />
      );
    case 'verifying':
      return <span className={styles.quiet}>{t('models.verifying')}</span>;
    case 'failed':
      return (
        <>
          {entry.repo !== undefined && (
            <>
              <NetworkNeeded />
              <Button look="quiet" disabled={isOffline} onClick={() => void repair(id)} testId="repair">
                <Wrench size={14} aria-hidden="true" />
                {t('models.repair')}
              </Button>
            </>
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
  const isOffline = useOffline();
  return (
    <>
      <NetworkNeeded />
      <Button
        look={look}
        disabled={isOffline}
        onClick={() => download(entry)}
        aria-label={t('models.downloadName', { name: entry.name, size })}
        testId="download"
      >
        <Download size={14} aria-hidden="true" />
        {t('models.download', { size })}
      </Button>
    </>
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
      {entry.task === 'chat' && <Tools entry={entry} />}
      {entry.origin !== 'built-in' && <Remove entry={entry} />}
    </>
  );
}

/** What is set for a model, and how fast it is here. */
function Tools({ entry: { id, name } }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  const isBusy = useModels((state) => state.trying !== undefined);
  return (
    <>
      <Small
        icon={SlidersHorizontal}
        label={t('models.settings.open')}
        name={name}
        act={() => void toggleSettings(id)}
        testId="open-settings"
      />
      <Small
        icon={Gauge}
        label={t('models.measure')}
        name={name}
        act={() => void tryDevices(id)}
        isDisabled={isBusy}
        testId="measure"
      />
    </>
  );
}

/** A repository that the user added and does not want to be offered any more. */
function Forget({ entry: { id, name, repo } }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  if (repo === undefined) return null;
  return (
    <Small
      icon={X}
      label={t('models.forget')}
      name={name}
      act={() => void forgetRepo(id, repo)}
      testId="forget"
    />
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
  isDisabled?: boolean;
  testId: string;
}

function Small({ icon: Icon, label, name, act, isDisabled = false, testId }: SmallProps) {
  return (
    <Button
      look="bare"
      aria-label={`${label}: ${name}`}
      title={label}
      disabled={isDisabled}
      onClick={act}
      testId={testId}
    >
      <Icon size={15} aria-hidden="true" />
    </Button>
  );
}

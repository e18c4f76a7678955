import { Pause, Play, RotateCcw, Square, Trash2, X } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../contract/format-time.ts';
import { Button } from '../../ui/button.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { hasSound, isActive, type Job, leftMsOf, progressOf } from './job.ts';
import styles from './job-list.module.css';
import {
  cancel,
  destroy,
  remove,
  restore,
  retry,
  select,
  setPaused,
  useTranscribe,
} from './transcribe-store.ts';

/** The queue: what waits, what runs and how far, what is done. */
export function JobList() {
  const { t } = useTranslation();
  const jobs = useTranscribe((state) => state.jobs);
  const selectedId = useTranscribe((state) => state.selectedId);
  const removed = useTranscribe((state) => state.removed);
  return (
    <>
      <ul className={styles.list} aria-label={t('speech.queue')}>
        {jobs.map((job) => (
          <Item key={job.id} job={job} isSelected={job.id === selectedId} />
        ))}
      </ul>
      {removed !== undefined && (
        <p className={styles.removed} role="status">
          <span>{t('speech.removed', { title: removed.job.title })}</span>
          <Button look="quiet" onClick={restore} testId="restore">
            {t('speech.restore')}
          </Button>
        </p>
      )}
    </>
  );
}

/** Drawn again when its own job changes: there may be hundreds. */
const Item = memo(function Item({ job, isSelected }: { job: Job; isSelected: boolean }) {
  const share = progressOf(job);
  const [isDeleting, setIsDeleting] = useState(false);
  if (isDeleting) {
    return (
      <li>
        <ConfirmDelete job={job} onKeep={() => setIsDeleting(false)} />
      </li>
    );
  }
  return (
    <li className={styles.item} data-selected={isSelected}>
      <button
        type="button"
        className={styles.name}
        aria-current={isSelected ? 'true' : undefined}
        onClick={() => select(job.id)}
        title={job.title}
      >
        <span className={styles.title}>{job.title}</span>
        <span className={styles.state} data-state={job.state} data-testid="job-state">
          <JobState job={job} />
        </span>
      </button>
      <JobActions job={job} onDelete={() => setIsDeleting(true)} />
      {isActive(job) && <ProgressBar share={share ?? 0} className={styles.bar} />}
    </li>
  );
});

function JobState({ job }: { job: Job }) {
  const { t } = useTranslation();
  if (job.state === 'done' || job.state === 'cancelled') {
    const length = job.totalMs ?? job.doneMs;
    return job.state === 'done'
      ? t('speech.doneLength', { time: formatTime(length) })
      : t('speech.cancelledShort');
  }
  if (job.state === 'recorded') return t('speech.recorded', { time: formatTime(job.totalMs ?? 0) });
  if (job.state !== 'running') return t(`speech.${job.state}`);
  const share = progressOf(job);
  if (share === undefined) return t('speech.progressTime', { time: formatTime(job.doneMs) });
  const percent = Math.floor(100 * share);
  if (job.isPaused) return t('speech.pausedAt', { percent });
  // All has been read; the last window is still being heard.
  if (share === 1) return t('speech.finishing');
  const leftMs = leftMsOf(job, performance.now());
  if (leftMs === undefined) return t('speech.progress', { percent });
  // Seconds that jump tell nothing; they are rounded up to five.
  return t('speech.progressLeft', { percent, time: formatTime(Math.ceil(leftMs / 5_000) * 5_000) });
}

/** The sound exists nowhere else, so it does not go without a question. */
function ConfirmDelete({ job, onKeep }: { job: Job; onKeep: () => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className={styles.confirm} aria-label={job.title}>
      <p>{t('speech.deleteQuestion', { title: job.title })}</p>
      <div className={styles.choices}>
        <Button look="quiet" autoFocus onClick={onKeep}>
          {t('speech.keep')}
        </Button>
        <Button look="danger" onClick={() => void destroy(job.id)} testId="delete-recording">
          {t('speech.deleteForGood')}
        </Button>
      </div>
    </fieldset>
  );
}

function JobActions({ job, onDelete }: { job: Job; onDelete: () => void }) {
  const { t } = useTranslation();
  const { id } = job;
  if (isActive(job)) {
    return (
      <>
        <Action
          name={job.isPaused ? t('speech.goOn') : t('speech.pause')}
          title={job.title}
          icon={job.isPaused ? Play : Pause}
          act={() => setPaused(id, !job.isPaused)}
        />
        <Action name={t('speech.cancel')} title={job.title} icon={Square} act={() => cancel(id)} />
      </>
    );
  }
  const canRetry = hasSound(job) && (job.state === 'failed' || job.state === 'cancelled');
  return (
    <>
      {canRetry && (
        <Action name={t('speech.retry')} title={job.title} icon={RotateCcw} act={() => retry(id)} />
      )}
      {job.recording === undefined ? (
        <Action name={t('speech.remove')} title={job.title} icon={X} act={() => remove(id)} />
      ) : (
        <Action name={t('speech.delete')} title={job.title} icon={Trash2} act={onDelete} />
      )}
    </>
  );
}

interface ActionProps {
  name: string;
  title: string;
  icon: typeof X;
  act: () => void;
}

function Action({ name, title, icon: Icon, act }: ActionProps) {
  return (
    <Button look="bare" className={styles.action} aria-label={`${name}: ${title}`} title={name} onClick={act}>
      <Icon size={14} aria-hidden="true" />
    </Button>
  );
}

import { AudioLines, Box, MessageSquare, UserRound } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { isShortcut, shortcutText } from '../../ui/shortcut.ts';
import { selectFetchedPercent, useModels } from '../models/models-store.ts';
import { useRecord } from '../record/record-store.ts';
import { type Job, progressOf } from '../transcribe/job.ts';
import { selectRunning, useTranscribe } from '../transcribe/transcribe-store.ts';
import { goTo, PLACES, type Place, usePlace } from './places-store.ts';
import styles from './rail.module.css';

const ICONS = {
  chat: MessageSquare,
  transcribe: AudioLines,
  models: Box,
  personas: UserRound,
} satisfies Record<Place, unknown>;

/** The places of the app, always in sight; what runs elsewhere shows here. */
export function Rail() {
  const { t } = useTranslation();
  const place = usePlace((state) => state.place);
  const isTranscribing = useTranscribe((state) => selectRunning(state) !== undefined);
  const isRecording = useRecord((state) => state.view !== undefined);
  const percent = useTranscribe((state) => percentOf(selectRunning(state)));
  const heard = percent === undefined ? t('places.running') : t('places.runningAt', { percent });
  const hearing = isRecording ? t('places.recording') : isTranscribing ? heard : undefined;
  const fetched = useModels(selectFetchedPercent);
  const coming = fetched === undefined ? undefined : t('places.downloadingAt', { percent: fetched });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const asked = PLACES.find((_, index) => isShortcut(event, String(index + 1)));
      if (asked === undefined) return;
      event.preventDefault();
      goTo(asked);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <nav className={styles.rail} aria-label={t('places.label')}>
      {PLACES.map((one, index) => {
        const Icon = ICONS[one];
        const news = one === 'models' ? coming : one === 'transcribe' ? hearing : undefined;
        const isBusy = news !== undefined;
        const name = `${t(`places.${one}`)} (${shortcutText(String(index + 1))})`;
        return (
          <button
            key={one}
            type="button"
            className={styles.place}
            aria-current={one === place ? 'page' : undefined}
            title={isBusy ? `${name}: ${news}` : name}
            data-testid={`place-${one}`}
            onClick={() => goTo(one)}
          >
            <Icon size={18} aria-hidden="true" />
            <span className={styles.name}>{t(`places.${one}`)}</span>
            {isBusy && (
              <span
                className={styles.busy}
                data-recording={one === 'transcribe' && isRecording}
                data-testid={`rail-busy-${one}`}
              >
                <span className="visually-hidden">{news}</span>
              </span>
            )}
          </button>
        );
      })}
    </nav>
  );
}

function percentOf(job: Job | undefined): number | undefined {
  const share = job === undefined ? undefined : progressOf(job);
  return share === undefined ? undefined : Math.floor(100 * share);
}

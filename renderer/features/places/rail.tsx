import { AudioLines, Box, MessageSquare, Settings, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { selectFetchedPercent, useModels } from '../models/models-store.ts';
import { useRecord } from '../record/record-store.ts';
import { useKeysText, useShortcut } from '../settings/settings-store.ts';
import { type Job, progressOf } from '../transcribe/job.ts';
import { selectRunning, useTranscribe } from '../transcribe/transcribe-store.ts';
import { goTo, PLACES, type Place, usePlace } from './places-store.ts';
import styles from './rail.module.css';

const ICONS = {
  chat: MessageSquare,
  transcribe: AudioLines,
  models: Box,
  personas: UserRound,
  settings: Settings,
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
  const newsOf = (one: Place) => (one === 'models' ? coming : one === 'transcribe' ? hearing : undefined);
  return (
    <nav className={styles.rail} aria-label={t('places.label')}>
      {PLACES.map((one) => (
        <PlaceButton
          key={one}
          place={one}
          isHere={one === place}
          news={newsOf(one)}
          isRecording={one === 'transcribe' && isRecording}
        />
      ))}
    </nav>
  );
}

interface PlaceButtonProps {
  place: Place;
  isHere: boolean;
  /** What runs there. */
  news: string | undefined;
  isRecording: boolean;
}

function PlaceButton({ place, isHere, news, isRecording }: PlaceButtonProps) {
  const { t } = useTranslation();
  const name = `${t(`places.${place}`)} (${useKeysText(place)})`;
  useShortcut(place, () => goTo(place));
  const Icon = ICONS[place];
  return (
    <button
      type="button"
      className={styles.place}
      aria-current={isHere ? 'page' : undefined}
      title={news === undefined ? name : `${name}: ${news}`}
      data-testid={`place-${place}`}
      onClick={() => goTo(place)}
    >
      <Icon size={18} aria-hidden="true" />
      <span className={styles.name}>{t(`places.${place}`)}</span>
      {news !== undefined && (
        <span className={styles.busy} data-recording={isRecording} data-testid={`rail-busy-${place}`}>
          <span className="visually-hidden">{news}</span>
        </span>
      )}
    </button>
  );
}

function percentOf(job: Job | undefined): number | undefined {
  const share = job === undefined ? undefined : progressOf(job);
  return share === undefined ? undefined : Math.floor(100 * share);
}

import { FastForward, Pause, Play, Rewind } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../../contract/format-time.ts';
import type { Peaks } from '../../../../contract/peaks.ts';
import { Button } from '../../../ui/button.tsx';
import { type PlayerKey, playerKeyText } from '../../../ui/shortcut.ts';
import type { Job } from '../job.ts';
import { FindFile, useLostFile } from './find-file.tsx';
import { attachAudio, RATES, SKIP_MS, seek, setRate, skip, togglePlay, usePlayer } from './player.ts';
import styles from './player-bar.module.css';
import { useOutline } from './use-outline.ts';
import { Waveform } from './waveform.tsx';

/** The recording beside its text: play, skip, jump, faster and slower. */
export function PlayerBar({ job }: { job: Job }) {
  const { t } = useTranslation();
  const hasFailed = usePlayer((state) => state.hasFailed);
  useOutline(job);
  useLostFile(job, hasFailed);
  const address = addressOf(job);
  if (job.file === undefined && address === undefined) return <FindFile job={job} />;
  return (
    <div className={styles.bar}>
      <Sound file={job.file} address={address} />
      {hasFailed ? (
        <p className={styles.note} role="status">
          {t('speech.cannotPlay')}
        </p>
      ) : (
        <Controls totalMs={job.totalMs ?? job.doneMs} peaks={job.peaks} />
      )}
    </div>
  );
}

/** Where the host answers with the sound, unless the page has the file itself. */
function addressOf({ soundFile, recording }: Job): string | undefined {
  if (recording !== undefined) return `/recordings/${recording.id}.wav`;
  return soundFile === undefined ? undefined : `/sounds/${soundFile.of}`;
}

interface SoundProps {
  file: File | undefined;
  address: string | undefined;
}

function Sound({ file, address }: SoundProps) {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (element.current === null) return;
    // An address of the file that lives as long as it is shown.
    const url = file === undefined ? undefined : URL.createObjectURL(file);
    element.current.src = url ?? address ?? '';
    const detach = attachAudio(element.current);
    return () => {
      detach();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [file, address]);
  // biome-ignore lint/a11y/useMediaCaption: the transcript beside it is its caption
  return <audio ref={element} preload="metadata" hidden />;
}

function Controls({ totalMs, peaks }: { totalMs: number; peaks: Peaks | undefined }) {
  const { t } = useTranslation();
  const timeMs = usePlayer((state) => state.timeMs);
  const rate = usePlayer((state) => state.rate);
  const isPlaying = usePlayer((state) => state.isPlaying);
  const withKey = (text: string, key: PlayerKey) => `${text} (${playerKeyText(key)})`;
  const names = {
    back: t('speech.skipBack', { count: SKIP_MS / 1000 }),
    play: isPlaying ? t('speech.pausePlaying') : t('speech.startPlaying'),
    forward: t('speech.skipForward', { count: SKIP_MS / 1000 }),
  };
  const PlayIcon = isPlaying ? Pause : Play;
  return (
    <>
      <Button
        look="bare"
        aria-label={names.back}
        title={withKey(names.back, 'back')}
        onClick={() => skip(-SKIP_MS)}
      >
        <Rewind size={16} aria-hidden="true" />
      </Button>
      <Button
        look="quiet"
        className={styles.play}
        aria-label={names.play}
        title={withKey(names.play, 'play')}
        onClick={togglePlay}
        testId="play"
      >
        <PlayIcon size={16} fill="currentColor" aria-hidden="true" />
      </Button>
      <Button
        look="bare"
        aria-label={names.forward}
        title={withKey(names.forward, 'forward')}
        onClick={() => skip(SKIP_MS)}
      >
        <FastForward size={16} aria-hidden="true" />
      </Button>
      <div className={styles.track}>
        <Waveform peaks={peaks} totalMs={totalMs} timeMs={timeMs} />
        <input
          type="range"
          className={styles.position}
          min={0}
          max={Math.max(1, totalMs)}
          step={100}
          value={Math.min(timeMs, totalMs)}
          aria-label={t('speech.position')}
          aria-valuetext={t('speech.positionValue', { time: formatTime(timeMs), total: formatTime(totalMs) })}
          onChange={(event) => seek(Number(event.target.value))}
          data-testid="position"
        />
      </div>
      <span className={styles.time} aria-hidden="true">
        {t('speech.positionShort', { time: formatTime(timeMs), total: formatTime(totalMs) })}
      </span>
      <select
        className={styles.rate}
        aria-label={t('speech.rate')}
        value={rate}
        onChange={(event) => setRate(Number(event.target.value))}
      >
        {RATES.map((one) => (
          <option key={one} value={one}>
            {t('speech.rateValue', { rate: one })}
          </option>
        ))}
      </select>
    </>
  );
}

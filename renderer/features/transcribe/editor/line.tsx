import { Trash2, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../../contract/format-time.ts';
import type { Segment, Speaker } from '../../../../contract/speech.ts';
import { Button } from '../../../ui/button.tsx';
import { playFrom } from '../player/player.ts';
import { assignSpeaker, removeSegment } from './draft.ts';
import { edit } from './edit-actions.ts';
import styles from './line.module.css';
import { SegmentText } from './segment-text.tsx';

interface LineProps {
  jobId: string;
  segment: Segment;
  speakers: Speaker[];
  lang: string | undefined;
}

/** One segment: when, who, what, and whether to look twice. Drawn again only when it changes. */
export const Line = memo(function Line({ jobId, segment, speakers, lang }: LineProps) {
  const { t } = useTranslation();
  const time = formatTime(segment.startMs);
  const removeName = t('speech.removeLine', { time });
  return (
    <div className={styles.line} data-line={segment.id} data-testid="segment">
      <button
        type="button"
        className={styles.time}
        aria-label={t('speech.play', { time })}
        title={t('speech.play', { time })}
        onClick={() => playFrom(segment.startMs)}
      >
        {time}
      </button>
      {speakers.length > 0 && (
        <select
          className={styles.speaker}
          aria-label={t('speech.speakerAt', { time })}
          value={segment.speakerId ?? ''}
          data-none={segment.speakerId === undefined}
          onChange={(event) => {
            const speakerId = event.target.value === '' ? undefined : event.target.value;
            edit(jobId, (draft) => assignSpeaker(draft, segment.id, speakerId));
          }}
        >
          <option value="">{t('speech.noSpeaker')}</option>
          {speakers.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
      <div className={styles.body}>
        <SegmentText jobId={jobId} segment={segment} lang={lang} />
        {segment.doubts.length > 0 && (
          <p className={styles.doubts} data-testid="doubts">
            <TriangleAlert size={13} aria-hidden="true" />
            {segment.doubts.map((doubt) => t(`speech.doubts.${doubt}`)).join(' ')}
          </p>
        )}
      </div>
      <Button
        look="bare"
        className={styles.remove}
        aria-label={removeName}
        title={removeName}
        onClick={() => edit(jobId, (draft) => removeSegment(draft, segment.id))}
      >
        <Trash2 size={14} aria-hidden="true" />
      </Button>
    </div>
  );
});

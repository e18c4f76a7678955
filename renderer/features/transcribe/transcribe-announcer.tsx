import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from './job.ts';
import { useTranscribe } from './transcribe-store.ts';

/** Tells screen readers how a transcription ended, wherever they are, and never every word of it. */
export function TranscribeAnnouncer() {
  const { t } = useTranslation();
  const jobs = useTranscribe((state) => state.jobs);
  const [text, setText] = useState('');
  const states = useRef(new Map<string, Job['state']>());
  useEffect(() => {
    for (const { id, state, title } of jobs) {
      const before = states.current.get(id);
      states.current.set(id, state);
      // A job that the page did not see run is no news.
      if (before === undefined || before === state) continue;
      if (state === 'done') setText(t('speech.announceDone', { title }));
      if (state === 'failed') setText(t('speech.announceFailed', { title }));
    }
  }, [jobs, t]);
  return (
    <div className="visually-hidden" aria-live="polite" data-testid="transcribe-news">
      {text}
    </div>
  );
}

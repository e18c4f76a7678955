import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChat } from './chat-state.ts';

/** Tells screen readers when an answer starts and how it ended, never every word of it. */
export function Announcer() {
  const { t } = useTranslation();
  const answering = useChat((state) => state.live !== undefined);
  const last = useChat((state) => state.messages.at(-1));
  const [text, setText] = useState('');
  const was = useRef(false);
  const lastBefore = useRef<string>(undefined);
  useEffect(() => {
    if (answering === was.current) return;
    was.current = answering;
    if (answering) {
      lastBefore.current = last?.id;
      setText(t('announce.answering'));
      return;
    }
    // Refused or stopped before it began: the last message is an older one.
    if (last?.role !== 'assistant' || last.id === lastBefore.current) setText('');
    else if (last.state === 'stopped') setText(t('announce.stopped'));
    else if (last.error !== undefined)
      setText(t('announce.failed', { title: t(`errors.${last.error.code}.title`) }));
    else setText(t('announce.finished'));
  }, [answering, last, t]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
      {text}
    </div>
  );
}

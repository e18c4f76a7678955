import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../contract/library.ts';
import { useModels } from './models-store.ts';

const RUNNING: ReadonlyArray<ModelEntry['state']['state']> = ['downloading', 'verifying'];

/** Tells screen readers how a download ended, wherever they are, and never every byte of it. */
export function ModelsAnnouncer() {
  const { t } = useTranslation();
  const entries = useModels((state) => state.overview?.entries);
  const [text, setText] = useState('');
  const states = useRef(new Map<string, ModelEntry['state']['state']>());
  useEffect(() => {
    for (const { id, name, state } of entries ?? []) {
      const before = states.current.get(id);
      states.current.set(id, state.state);
      if (before === undefined || !RUNNING.includes(before) || before === state.state) continue;
      if (state.state === 'ready') setText(t('models.announceReady', { name }));
      if (state.state === 'paused') setText(t('models.announcePaused', { name }));
    }
  }, [entries, t]);
  return (
    <div className="visually-hidden" aria-live="polite" data-testid="models-news">
      {text}
    </div>
  );
}

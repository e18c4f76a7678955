import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { closeMenus } from '../../../ui/use-closing.ts';
import { type Draft, findAll, replaceAll, replaceMatch } from './draft.ts';
import { edit } from './edit-actions.ts';
import styles from './find-bar.module.css';
import { useFoundMarks } from './use-found-marks.ts';

interface FindBarProps {
  jobId: string;
  draft: Draft;
  container: React.RefObject<HTMLElement | null>;
  onClose: () => void;
}

/** Find and replace in a transcript. */
export function FindBar({ jobId, draft, container, onClose }: FindBarProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [by, setBy] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    closeMenus();
    input.current?.focus();
  }, []);
  const matches = useMemo(() => findAll(draft, query), [draft, query]);
  const index = Math.min(at, matches.length - 1);
  const match = matches[index];
  useFoundMarks(container, matches, index);
  const step = (by: number) =>
    setAt((Math.max(0, index) + by + matches.length) % Math.max(1, matches.length));
  const replace = (change: (now: Draft) => Draft) => {
    edit(jobId, change);
    // With nothing left to find the button is switched off, and would take the keyboard's place with it.
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && event.target === input.current) step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: Chromium knows <search> from version 118 on
    <div className={styles.bar} role="search" onKeyDown={onKeyDown}>
      <input
        ref={input}
        className={styles.field}
        type="text"
        value={query}
        aria-label={t('speech.find')}
        placeholder={t('speech.find')}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        data-testid="find"
      />
      <span className={styles.count} role="status" data-testid="find-count">
        {query !== '' &&
          t('speech.found', { at: matches.length === 0 ? 0 : index + 1, count: matches.length })}
      </span>
      <Step name={t('speech.findBefore')} onStep={() => step(-1)} icon={ChevronUp} />
      <Step name={t('speech.findNext')} onStep={() => step(1)} icon={ChevronDown} />
      <input
        className={styles.field}
        type="text"
        value={by}
        aria-label={t('speech.replaceBy')}
        placeholder={t('speech.replaceBy')}
        onChange={(event) => setBy(event.target.value)}
        data-testid="replace-by"
      />
      <Button
        look="quiet"
        disabled={match === undefined}
        onClick={() => replace((now) => (match === undefined ? now : replaceMatch(now, match, by)))}
      >
        {t('speech.replace')}
      </Button>
      <Button
        look="quiet"
        disabled={match === undefined}
        onClick={() => replace((now) => replaceAll(now, query, by))}
        testId="replace-all"
      >
        {t('speech.replaceAll')}
      </Button>
      <Step name={t('actions.dismiss')} onStep={onClose} icon={X} />
    </div>
  );
}

function Step({ name, onStep, icon: Icon }: { name: string; onStep: () => void; icon: typeof X }) {
  return (
    <Button look="bare" aria-label={name} title={name} onClick={onStep}>
      <Icon size={15} aria-hidden="true" />
    </Button>
  );
}

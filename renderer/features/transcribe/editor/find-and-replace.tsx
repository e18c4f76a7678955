import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { FindBar, FindField } from '../../../ui/find-bar.tsx';
import { type Draft, findAll, replaceAll, replaceMatch } from './draft.ts';
import { edit } from './edit-actions.ts';
import { useFoundMarks } from './use-found-marks.ts';

interface FindAndReplaceProps {
  jobId: string;
  draft: Draft;
  container: React.RefObject<HTMLElement | null>;
  asked: number;
  onClose: () => void;
}

/** Find and replace in a transcript. */
export function FindAndReplace({ jobId, draft, container, asked, onClose }: FindAndReplaceProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [by, setBy] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
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
  return (
    <FindBar
      name={t('speech.find')}
      query={query}
      onQuery={(text) => {
        setQuery(text);
        setAt(0);
      }}
      at={index}
      count={matches.length}
      onStep={(to) => step(to === 'next' ? 1 : -1)}
      onClose={onClose}
      enter="next"
      asked={asked}
      inputRef={input}
      testId="find"
    >
      <FindField name={t('speech.replaceBy')} value={by} onChange={setBy} testId="replace-by" />
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
    </FindBar>
  );
}

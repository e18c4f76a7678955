import { Pencil } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import type { Job } from './job.ts';
import { rename } from './job-actions.ts';
import styles from './job-title.module.css';
import view from './transcribe-view.module.css';

/** What a recording is called, and the way to call it something else. */
export function JobTitle({ job }: { job: Job }) {
  const { t } = useTranslation();
  const [isNaming, setIsNaming] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasNaming = useRef(false);
  useEffect(() => {
    // The keyboard goes on where it was.
    if (wasNaming.current && !isNaming) button.current?.focus();
    wasNaming.current = isNaming;
  }, [isNaming]);
  if (isNaming) return <Naming job={job} onEnd={() => setIsNaming(false)} />;
  return (
    <>
      <h1 className={view.title} title={job.title}>
        {job.title}
      </h1>
      <Button
        ref={button}
        look="bare"
        aria-label={t('speech.rename')}
        title={t('speech.rename')}
        onClick={() => setIsNaming(true)}
        testId="rename"
      >
        <Pencil size={14} aria-hidden="true" />
      </Button>
    </>
  );
}

function Naming({ job, onEnd }: { job: Job; onEnd: () => void }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState(job.title);
  const input = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);
  useEffect(() => input.current?.select(), []);
  const end = (isKept: boolean) => {
    // Leaving the field by Enter or Escape takes the focus from it as well.
    if (isOver.current) return;
    isOver.current = true;
    if (isKept) rename(job.id, title);
    onEnd();
  };
  return (
    <input
      ref={input}
      className={styles.input}
      aria-label={t('speech.name')}
      value={title}
      maxLength={200}
      onChange={(event) => setTitle(event.target.value)}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        // The same key would press the button that has the focus next.
        event.preventDefault();
        end(event.key === 'Enter');
      }}
    />
  );
}

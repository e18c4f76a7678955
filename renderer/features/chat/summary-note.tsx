import { ChevronRight } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../../../contract/chat.ts';
import { Button } from '../../ui/button.tsx';
import { useChat } from './chat-state.ts';
import { removeSummary } from './summary.ts';
import styles from './summary-note.module.css';

/** Where the model begins to read, and what it reads in the place of what is above. */
export function SummaryNote({ message }: { message: ChatMessage }) {
  const { t } = useTranslation();
  const isBusy = useChat((state) => state.live !== undefined || state.summarising !== undefined);
  const isNew = useChat((state) => state.summarisedId === message.id);
  const note = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (isNew) note.current?.scrollIntoView({ block: 'center' });
  }, [isNew]);
  if (message.summary === undefined) return null;
  return (
    <details className={styles.note} ref={note} open={isNew} data-testid="summary">
      <summary className={styles.head}>
        <ChevronRight size={14} aria-hidden="true" />
        {t('summary.title')}
      </summary>
      <p className={styles.text} data-testid="summary-text">
        {message.summary}
      </p>
      <p className={styles.hint}>
        {t('summary.hint')}
        <Button
          look="quiet"
          disabled={isBusy}
          onClick={() => void removeSummary(message.id)}
          testId="remove-summary"
        >
          {t('summary.remove')}
        </Button>
      </p>
    </details>
  );
}

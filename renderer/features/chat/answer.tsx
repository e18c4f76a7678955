import { ChevronDown } from 'lucide-react';
import { memo, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../../../contract/chat.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import styles from './answer.module.css';
import { AnswerDetails } from './answer-details.tsx';
import { AnswerText } from './answer-text.tsx';
import { newChat } from './chat-store.ts';
import { ErrorNote } from './error-note.tsx';

/** A finished answer. Drawn once: it never changes again. */
export const Answer = memo(function Answer({ message, isLast }: { message: ChatMessage; isLast: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  return (
    <article className={styles.answer} data-testid="message-assistant" data-state={message.state}>
      <h2 className="visually-hidden">{t('chat.answer')}</h2>
      {message.text !== '' && <AnswerText text={message.text} />}
      {message.state === 'stopped' && <p className={styles.state}>{t('answer.stopped')}</p>}
      {message.state === 'length' && <LimitNote context={message.limit === 'context'} />}
      {message.error !== undefined && <ErrorNote error={message.error} canRetry={isLast} />}
      <div className={styles.actions}>
        {message.text !== '' && <CopyButton text={message.text} label={t('answer.copy')} />}
        {message.stats !== undefined && (
          <Button
            look="bare"
            aria-expanded={open}
            aria-controls={detailsId}
            onClick={() => setOpen(!open)}
            testId="details-toggle"
          >
            {t('answer.details')}
            <ChevronDown size={14} aria-hidden="true" className={open ? styles.flipped : undefined} />
          </Button>
        )}
      </div>
      {open && message.stats !== undefined && <AnswerDetails id={detailsId} stats={message.stats} />}
    </article>
  );
});

function LimitNote({ context }: { context: boolean }) {
  const { t } = useTranslation();
  if (!context) return <p className={styles.state}>{t('answer.limitTokens')}</p>;
  return (
    <div className={styles.state}>
      <p>{t('answer.limitContext')}</p>
      <Button look="quiet" onClick={() => void newChat()}>
        {t('actions.newChat')}
      </Button>
    </div>
  );
}

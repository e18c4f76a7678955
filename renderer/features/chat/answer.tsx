import { ChevronDown, Columns2, RotateCcw, StepForward } from 'lucide-react';
import { memo, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../../../contract/chat.ts';
import { splitThought, withoutThought } from '../../../contract/thinking.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { AgainWith } from './again-with.tsx';
import styles from './answer.module.css';
import { AnswerDetails } from './answer-details.tsx';
import { AnswerText } from './answer-text.tsx';
import { continueAnswer, retry } from './asking.ts';
import { ChatError } from './chat-error.tsx';
import { type LiveAnswer, useChat } from './chat-state.ts';
import { newChat } from './chat-store.ts';
import { Compare } from './compare.tsx';
import { RemoveFrom } from './remove-from.tsx';
import { Thought } from './thought.tsx';
import { Versions } from './versions.tsx';

interface AnswerProps {
  /** Absent while the answer is being written. */
  message: ChatMessage | undefined;
  isLast: boolean;
}

/**
 * One answer, from its first word on: the same element when it is finished, so that nothing jumps and a
 * selection in its text stays. Finished, it is drawn once and never again.
 */
export const Answer = memo(function Answer({ message, isLast }: AnswerProps) {
  const { t } = useTranslation();
  const live = useChat((state) => (message === undefined ? state.live : undefined));
  const isNews = useChat((state) => message !== undefined && state.endedId === message.id);
  const isFound = useChat((state) => message !== undefined && state.foundId === message.id);
  const text = message?.text ?? live?.text ?? '';
  const { thought, answer, isThinking } = splitThought(text);
  return (
    <article
      className={styles.answer}
      id={message === undefined ? undefined : `message-${message.id}`}
      data-found={isFound || undefined}
      data-testid="message-assistant"
      data-state={message?.state ?? 'streaming'}
      aria-busy={message === undefined}
    >
      <h2 className="visually-hidden">{t('chat.answer')}</h2>
      {thought !== undefined && <Thought text={thought} isThinking={isThinking && message === undefined} />}
      {answer !== '' && <AnswerText text={answer} streaming={message === undefined} />}
      {message === undefined ? (
        answer === '' && thought === undefined && <Waiting stage={live?.stage} />
      ) : (
        <Ending message={message} isLast={isLast} isNews={isNews} />
      )}
    </article>
  );
});

function Waiting({ stage }: { stage: LiveAnswer['stage'] | undefined }) {
  const { t } = useTranslation();
  return <p className={styles.waiting}>{stage === 'loading' ? t('answer.loading') : t('answer.reading')}</p>;
}

interface EndingProps {
  message: ChatMessage;
  isLast: boolean;
  isNews: boolean;
}

/** How an answer ended, and what can be done with it. */
function Ending({ message, isLast, isNews }: EndingProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [compares, setCompares] = useState(false);
  const detailsId = useId();
  const isEmpty = message.error === undefined && withoutThought(message.text).trim() === '';
  const isCut = message.text !== '' && message.state !== 'complete';
  return (
    <>
      {isEmpty && <EmptyNote message={message} />}
      {!isEmpty && message.state === 'stopped' && <p className={styles.state}>{t('answer.stopped')}</p>}
      {message.state === 'length' && !(isEmpty && message.limit !== 'context') && (
        <LimitNote context={message.limit === 'context'} />
      )}
      {message.error !== undefined && <ChatError error={message.error} canRetry={isLast} isNews={isNews} />}
      <div className={styles.actions}>
        <Versions message={message} />
        {message.text !== '' && <CopyButton text={withoutThought(message.text)} label={t('answer.copy')} />}
        {isLast && isCut && (
          <Button look="bare" onClick={continueAnswer} testId="continue">
            <StepForward size={14} aria-hidden="true" />
            {t('answer.continue')}
          </Button>
        )}
        {isLast && message.state !== 'failed' && (
          <Button look="bare" onClick={() => retry()} testId="regenerate">
            <RotateCcw size={14} aria-hidden="true" />
            {t('answer.again')}
          </Button>
        )}
        {isLast && message.state !== 'failed' && <AgainWith />}
        {(message.versions?.length ?? 0) > 1 && (
          <Button look="bare" aria-pressed={compares} onClick={() => setCompares(!compares)} testId="compare">
            <Columns2 size={14} aria-hidden="true" />
            {t('answer.compare')}
          </Button>
        )}
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
        <RemoveFrom messageId={message.id} />
      </div>
      {compares && <Compare message={message} />}
      {open && message.stats !== undefined && <AnswerDetails id={detailsId} stats={message.stats} />}
    </>
  );
}

/** Why there is nothing to read. */
function EmptyNote({ message: { text, state, limit } }: { message: ChatMessage }) {
  const { t } = useTranslation();
  const thought = text.trim() === '' ? '' : 'Thought';
  const why =
    state === 'stopped'
      ? 'emptyStopped'
      : state === 'length' && limit === 'context'
        ? 'emptyContext'
        : state === 'length'
          ? `emptyLimit${thought}`
          : `empty${thought}`;
  return (
    <p className={styles.state} data-testid="empty-answer">
      {t(`answer.${why}`)}
    </p>
  );
}

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

import { useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { useChat } from './chat-state.ts';
import styles from './composer.module.css';
import { roomFor, stopSummary, summarise } from './summary.ts';

const WORTH_TELLING = 0.5;
const NEARLY_FULL = 0.8;

/** How much of the model's context the conversation takes, once that matters, and what can be done about it. */
export function ContextMeter() {
  const { t } = useTranslation();
  const notice = useChat((state) => state.notice);
  const summarising = useChat((state) => state.summarising);
  const messages = useChat((state) => state.messages);
  const draft = useDeferredValue(useChat((state) => state.draft));
  const room = roomFor(draft, messages);
  if (summarising !== undefined) {
    return (
      <span role="status" data-testid="summarising">
        {t('summary.running', summarising)}
        <Act name={t('composer.stop')} onClick={stopSummary} testId="stop-summary" />
      </span>
    );
  }
  if (notice !== undefined) {
    return (
      <span role="status" data-testid="chat-notice">
        {t(`errors.${notice.code}.title`)}
        {notice.code === 'CONTEXT_TRIMMED' && <Offer />}
      </span>
    );
  }
  if (room === undefined || room.used < room.limit * WORTH_TELLING) {
    return <span>{t('chat.privateHint')}</span>;
  }
  const { used, limit, willLeaveOut } = room;
  return (
    <span role="status" data-testid="context-meter">
      {willLeaveOut > 0 ? (
        <>
          {t('summary.willLeaveOut', { count: willLeaveOut })}
          <Offer />
        </>
      ) : (
        <>
          {t('composer.context', { used, limit })}
          {used > limit * NEARLY_FULL && (
            <>
              . {t('composer.contextNear')}
              <Offer />
            </>
          )}
        </>
      )}
    </span>
  );
}

/** The model can have the beginning in short instead. */
function Offer() {
  const { t } = useTranslation();
  const answering = useChat((state) => state.live !== undefined);
  return answering ? null : <Act name={t('summary.make')} onClick={summarise} testId="summarise" />;
}

function Act({ name, onClick, testId }: { name: string; onClick: () => void; testId: string }) {
  return (
    <Button look="bare" className={styles.act} onClick={onClick} testId={testId}>
      {name}
    </Button>
  );
}

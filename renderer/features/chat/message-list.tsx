import { ArrowDown } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Answer } from './answer.tsx';
import { useChat } from './chat-store.ts';
import { LiveAnswerView } from './live-answer.tsx';
import styles from './message-list.module.css';
import { Question } from './question.tsx';
import { useStickToBottom } from './use-stick-to-bottom.ts';

/** The conversation. Follows the end only while the reader is there. */
export function MessageList() {
  const { t } = useTranslation();
  const messages = useChat((state) => state.messages);
  const answering = useChat((state) => state.live !== undefined);
  const { scroller, content, atBottom, toBottom } = useStickToBottom();
  useEffect(() => {
    // Whoever asks wants to see the answer come.
    if (answering) toBottom();
  }, [answering, toBottom]);
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the conversation must scroll by keyboard */}
      <div className={styles.scroll} ref={scroller} tabIndex={0}>
        <section className={styles.column} ref={content} aria-label={t('chat.messages')}>
          {messages.map((message, index) =>
            message.role === 'user' ? (
              <Question key={message.id} text={message.text} />
            ) : (
              <Answer key={message.id} message={message} isLast={index === messages.length - 1} />
            ),
          )}
          <LiveAnswerView />
        </section>
      </div>
      {!atBottom && (
        <div className={styles.jump}>
          <Button look="quiet" className={styles.jumpButton} onClick={toBottom} testId="jump-latest">
            <ArrowDown size={14} aria-hidden="true" />
            {t('answer.jump')}
          </Button>
        </div>
      )}
    </div>
  );
}

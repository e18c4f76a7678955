import { useTranslation } from 'react-i18next';
import styles from './answer.module.css';
import { AnswerText } from './answer-text.tsx';
import { useChat } from './chat-store.ts';

/** The answer that is being written: the only part of the page that changes with every frame. */
export function LiveAnswerView() {
  const { t } = useTranslation();
  const live = useChat((state) => state.live);
  if (live === undefined || live.id === '') return null;
  return (
    <article
      className={styles.answer}
      data-testid="message-assistant"
      data-state="streaming"
      aria-busy="true"
    >
      <h2 className="visually-hidden">{t('chat.answer')}</h2>
      {live.text === '' ? (
        <p className={styles.waiting}>
          {live.stage === 'loading' ? t('answer.loading') : t('answer.reading')}
        </p>
      ) : (
        <div className={styles.live}>
          <AnswerText text={live.text} streaming />
        </div>
      )}
    </article>
  );
}

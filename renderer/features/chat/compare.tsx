import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../../../contract/chat.ts';
import { withoutThought } from '../../../contract/thinking.ts';
import { bridge } from '../../api/bridge.ts';
import { AnswerText } from './answer-text.tsx';
import { useChat } from './chat-state.ts';
import styles from './compare.module.css';

/** Every answer to the same question, side by side, with the model that wrote it and how fast. */
export function Compare({ message }: { message: ChatMessage }) {
  const { t, i18n } = useTranslation();
  const chatId = useChat((state) => state.chatId);
  const [all, setAll] = useState<ChatMessage[]>([]);
  const { id, versions } = message;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is a reason to look again
  useEffect(() => {
    if (chatId === undefined) return;
    let isHere = true;
    void bridge()
      .calls['chat.versions']({ chatId, messageId: id })
      .then((reply) => reply.ok && isHere && setAll(reply.value));
    return () => {
      isHere = false;
    };
  }, [chatId, id, versions]);
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  return (
    <div className={styles.columns} data-testid="compared">
      {all.map(({ id: one, text, stats }) => (
        <section key={one} className={styles.column} aria-label={stats?.model ?? t('chat.answer')}>
          <p className={styles.head}>
            <b>{stats?.model ?? t('chat.answer')}</b>
            {stats !== undefined && stats.decodeTokensPerSecond > 0 && (
              <span>{t('details.speedValue', { value: number.format(stats.decodeTokensPerSecond) })}</span>
            )}
          </p>
          <AnswerText text={withoutThought(text)} streaming={false} />
        </section>
      ))}
    </div>
  );
}

import { Fragment, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../../../contract/chat.ts';
import { GrowingScroll } from '../../ui/growing-scroll.tsx';
import { Answer } from './answer.tsx';
import { useChat } from './chat-state.ts';
import styles from './message-list.module.css';
import { Question } from './question.tsx';
import { SummaryNote } from './summary-note.tsx';
import { useTail } from './use-tail.ts';

/** The conversation. Follows the end only while the reader is there. */
export function MessageList() {
  const { t } = useTranslation();
  const messages = useChat((state) => state.messages);
  const answering = useChat((state) => state.live !== undefined);
  const liveId = useChat((state) => state.live?.id ?? '');
  // One list, in which an answer keeps its place and its key when it is finished.
  const shown: Array<{ id: string; message: ChatMessage | undefined }> = [
    ...messages.map((message) => ({ id: message.id, message })),
    ...(liveId === '' ? [] : [{ id: liveId, message: undefined }]),
  ];
  const chatId = useChat((state) => state.chatId);
  const foundId = useChat((state) => state.foundId);
  const wanted = foundId === undefined ? -1 : messages.findIndex((message) => message.id === foundId);
  const { from, edge } = useTail(messages.length, chatId, wanted);
  useEffect(() => {
    if (foundId === undefined) return;
    document.getElementById(`message-${foundId}`)?.scrollIntoView({ block: 'center' });
  }, [foundId]);
  return (
    <GrowingScroll label={t('chat.messages')} className={styles.column} isAsked={answering}>
      {from > 0 && <div ref={edge} />}
      {shown.slice(from).map(({ id, message }, index) =>
        message?.role === 'user' ? (
          <Fragment key={id}>
            <SummaryNote message={message} />
            <Question message={message} />
          </Fragment>
        ) : (
          <Answer key={id} message={message} isLast={from + index === shown.length - 1} />
        ),
      )}
    </GrowingScroll>
  );
}

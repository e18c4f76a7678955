import { useEffect, useState } from 'react';
import { HistoryList } from '../history/history-list.tsx';
import { usePlace } from '../places/places-store.ts';
import { useShortcut } from '../settings/settings-store.ts';
import { useAttachments } from './attachment-store.ts';
import { ChatHeader } from './chat-header.tsx';
import { useChat } from './chat-state.ts';
import { newChat, openChat } from './chat-store.ts';
import styles from './chat-view.module.css';
import { Composer } from './composer.tsx';
import { saveDrafts } from './drafts.ts';
import { EmptyState } from './empty-state.tsx';
import { FindInChat } from './find-in-chat.tsx';
import { MessageList } from './message-list.tsx';

/** The chat: header, messages or a first suggestion, composer. */
export function ChatView() {
  const isEmpty = useChat((state) => state.messages.length === 0 && state.live === undefined);
  const ready = useChat((state) => state.chatId !== undefined);
  useEffect(() => {
    void openChat();
  }, []);
  const hasText = useChat((state) => state.draft !== '');
  const hasDraft = useAttachments(({ all, media }) => all.length + media.length > 0) || hasText;
  // The list marks the chats in which something is being written.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whether there is a draft is the reason to look
  useEffect(() => {
    void saveDrafts();
  }, [hasDraft]);
  useEffect(() => {
    const save = () => void saveDrafts();
    window.addEventListener('pagehide', save);
    return () => window.removeEventListener('pagehide', save);
  }, []);
  const isHere = usePlace((state) => state.place === 'chat');
  useShortcut('newItem', () => void newChat(), isHere);
  /** How often it was asked for since it was closed; 0: it is closed. */
  const [asked, setAsked] = useState(0);
  useShortcut('find', () => setAsked(asked + 1), isHere && !isEmpty);
  return (
    <div className={styles.view}>
      <HistoryList />
      <div className={styles.conversation}>
        <ChatHeader />
        {asked > 0 && !isEmpty && <FindInChat asked={asked} onClose={() => setAsked(0)} />}
        <main className={styles.main}>
          {ready && (isEmpty ? <EmptyState /> : <MessageList />)}
          <Composer />
        </main>
      </div>
    </div>
  );
}

import { useEffect } from 'react';
import { Announcer } from './announcer.tsx';
import { ChatHeader } from './chat-header.tsx';
import { newChat, openChat, useChat } from './chat-store.ts';
import styles from './chat-view.module.css';
import { Composer } from './composer.tsx';
import { EmptyState } from './empty-state.tsx';
import { MessageList } from './message-list.tsx';

/** The chat: header, messages or a first suggestion, composer. */
export function ChatView() {
  const isEmpty = useChat((state) => state.messages.length === 0 && state.live === undefined);
  const ready = useChat((state) => state.chatId !== undefined);
  useEffect(() => {
    void openChat();
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'n' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      void newChat();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <div className={styles.view}>
      <ChatHeader />
      <main className={styles.main}>
        {ready && (isEmpty ? <EmptyState /> : <MessageList />)}
        <Composer />
      </main>
      <Announcer />
    </div>
  );
}

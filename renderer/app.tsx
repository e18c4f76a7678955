import { useEffect } from 'react';
import { ChatView } from './features/chat/chat-view.tsx';
import { connectEngine } from './features/engine/engine-store.ts';

/** Routes only: chat is the one place so far. */
export function App() {
  useEffect(connectEngine, []);
  return <ChatView />;
}

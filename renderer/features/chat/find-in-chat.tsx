import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FindBar } from '../../ui/find-bar.tsx';
import { useChat } from './chat-state.ts';

/** Finds words in the chat that is shown, message by message, the last one first. */
export function FindInChat({ asked, onClose }: { asked: number; onClose: () => void }) {
  const { t } = useTranslation();
  const messages = useChat((state) => state.messages);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  useEffect(() => () => useChat.setState({ foundId: undefined }), []);
  const wanted = query.toLocaleLowerCase();
  const found = useMemo(
    () =>
      wanted === '' ? [] : messages.filter(({ text }) => text.toLocaleLowerCase().includes(wanted)).reverse(),
    [messages, wanted],
  );
  const index = Math.min(at, Math.max(0, found.length - 1));
  const foundId = found[index]?.id;
  useEffect(() => useChat.setState({ foundId }), [foundId]);
  useMarks(wanted, foundId);
  // The list begins with the last one.
  const step = (by: number) => setAt((index + by + found.length) % Math.max(1, found.length));
  return (
    <FindBar
      name={t('chat.find')}
      query={query}
      onQuery={(text) => {
        setQuery(text);
        setAt(0);
      }}
      at={index}
      count={found.length}
      onStep={(to) => step(to === 'previous' ? 1 : -1)}
      onClose={onClose}
      enter="previous"
      asked={asked}
      testId="chat-find"
    />
  );
}

/** Marks the words in the message that is shown, without changing the document. */
function useMarks(wanted: string, foundId: string | undefined): void {
  useEffect(() => {
    const { highlights } = globalThis.CSS ?? {};
    if (highlights === undefined || foundId === undefined) return;
    // After an earlier message was drawn for it.
    const frame = requestAnimationFrame(() => {
      const message = document.getElementById(`message-${foundId}`);
      if (message !== null) highlights.set('found', new Highlight(...rangesOf(message, wanted)));
    });
    return () => {
      cancelAnimationFrame(frame);
      highlights.delete('found');
    };
  }, [wanted, foundId]);
}

function rangesOf(root: Node, wanted: string): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.nodeValue ?? '').toLocaleLowerCase();
    for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
      // Some letters are two when they are small: what is not there cannot be marked.
      if (at + wanted.length > (node.nodeValue ?? '').length) break;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      ranges.push(range);
    }
  }
  return ranges;
}

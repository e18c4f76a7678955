import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { closeMenus } from '../../ui/use-closing.ts';
import styles from '../transcribe/editor/find-bar.module.css';
import { useChat } from './chat-state.ts';

/** Finds words in the chat that is shown, message by message, the last one first. */
export function FindInChat({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const messages = useChat((state) => state.messages);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    closeMenus();
    input.current?.focus();
    return () => useChat.setState({ foundId: undefined });
  }, []);
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
  const step = (by: number) => setAt((index + by + found.length) % Math.max(1, found.length));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && event.target === input.current) step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    // This Escape closes; it does not stop the answer as well.
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: Chromium knows <search> from version 118 on
    <div className={styles.bar} role="search" onKeyDown={onKeyDown} data-testid="find-in-chat">
      <input
        ref={input}
        className={styles.field}
        type="text"
        value={query}
        aria-label={t('chat.find')}
        placeholder={t('chat.find')}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        data-testid="chat-find"
      />
      <span className={styles.count} role="status" data-testid="chat-find-count">
        {query !== '' && t('speech.found', { at: found.length === 0 ? 0 : index + 1, count: found.length })}
      </span>
      <Step name={t('speech.findBefore')} onStep={() => step(1)} icon={ChevronUp} />
      <Step name={t('speech.findNext')} onStep={() => step(-1)} icon={ChevronDown} />
      <Step name={t('actions.dismiss')} onStep={onClose} icon={X} />
    </div>
  );
}

function Step({ name, onStep, icon: Icon }: { name: string; onStep: () => void; icon: typeof X }) {
  return (
    <Button look="bare" aria-label={name} title={name} onClick={onStep}>
      <Icon size={15} aria-hidden="true" />
    </Button>
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

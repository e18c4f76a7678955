import { ArrowUp, Square } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { MESSAGE_LIMIT_CHARS } from '../../../contract/limits.ts';
import { Button } from '../../ui/button.tsx';
import { ask, refuse, setDraft, stopAnswer, useChat } from './chat-store.ts';
import styles from './composer.module.css';
import { ErrorNote } from './error-note.tsx';

/** Where the next message is written. Stays usable while an answer streams; only sending waits. */
export function Composer() {
  const { t } = useTranslation();
  const draft = useChat((state) => state.draft);
  const answering = useChat((state) => state.live !== undefined);
  const refusal = useChat((state) => state.refusal);
  const input = useRef<HTMLTextAreaElement>(null);
  useGrowingHeight(input, draft);
  useEffect(() => {
    if (!answering) input.current?.focus();
  }, [answering]);
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.key === 'Escape') stopAnswer();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  const canSend = !answering && draft.trim() !== '';
  const send = () => {
    if (canSend) ask(draft);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const count = draft.length + event.clipboardData.getData('text').length;
    if (count <= MESSAGE_LIMIT_CHARS) return;
    // A text of many megabytes would freeze the page before it could be refused.
    event.preventDefault();
    refuse({ code: 'TEXT_TOO_LONG', message: t('composer.tooLong', { count, limit: MESSAGE_LIMIT_CHARS }) });
  };
  return (
    <div className={styles.composer}>
      {refusal !== undefined && <ErrorNote error={refusal} detail={refusal.code === 'TEXT_TOO_LONG'} />}
      <div className={styles.box}>
        <textarea
          ref={input}
          className={styles.input}
          rows={1}
          value={draft}
          aria-label={t('composer.label')}
          placeholder={t('composer.placeholder')}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          data-testid="composer-input"
        />
        {answering ? (
          <Button look="quiet" onClick={stopAnswer} testId="stop">
            <Square size={12} fill="currentColor" aria-hidden="true" />
            {t('composer.stop')}
          </Button>
        ) : (
          <Button look="primary" onClick={send} disabled={!canSend} testId="send">
            <ArrowUp size={15} aria-hidden="true" />
            {t('composer.send')}
          </Button>
        )}
      </div>
      <p className={styles.hint}>
        <span>{t('chat.privateHint')}</span>
        <span>{answering ? t('composer.hintStop') : t('composer.hint')}</span>
      </p>
    </div>
  );
}

/** Grows with its text up to the height that the style sheet allows. */
function useGrowingHeight(input: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  // The text is what the height depends on, though only the element is read.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [input, text]);
}

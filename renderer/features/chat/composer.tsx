import { ArrowUp, Square } from 'lucide-react';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorCode } from '../../../contract/errors.ts';
import { MESSAGE_LIMIT_CHARS } from '../../../contract/limits.ts';
import { Button } from '../../ui/button.tsx';
import { type PromptKeys, PromptMenu } from '../personas/prompt-menu.tsx';
import { usePlace } from '../places/places-store.ts';
import { useDictation } from '../record/dictation.ts';
import { stopAnswer } from './answer-run.ts';
import { ask } from './asking.ts';
import { AttachButton, AttachmentList } from './attach-button.tsx';
import { removeAttachments, useAttachments } from './attachment-store.ts';
import { attach, attachFiles, LONG_PASTE_CHARS, withAttachments } from './attachments.ts';
import { ChatError } from './chat-error.tsx';
import { useChat } from './chat-state.ts';
import { refuse } from './chat-store.ts';
import styles from './composer.module.css';
import { ContextMeter } from './context-meter.tsx';
import { DictateButton, takeDictationBack } from './dictate-button.tsx';
import { forgetSent, setDraft } from './drafts.ts';

/** What may become the name of a prompt. */
const SLASHED = /^\/\S*$/;
/** Refusals that name what is refused. */
const SAYS_MORE: ReadonlySet<ErrorCode> = new Set([
  'TEXT_TOO_LONG',
  'MEDIA_UNSUPPORTED',
  'MEDIA_UNREADABLE',
  'FILE_TEXT',
]);

/** Where the next message is written. Stays usable while an answer streams; only sending waits. */
export function Composer() {
  const { t } = useTranslation();
  const draft = useChat((state) => state.draft);
  const answering = useChat((state) => state.live !== undefined);
  const refusal = useChat((state) => state.refusal);
  const closed = useChat((state) => state.chatId === undefined);
  const isSummarising = useChat((state) => state.summarising !== undefined);
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const promptMenu = useRef<PromptKeys>(null);
  const [showsPrompts, setShowsPrompts] = useState(false);
  const isHere = usePlace((state) => state.place === 'chat');
  useGrowingHeight(input, draft, isHere);
  useEffect(() => {
    const active = document.activeElement;
    // Who is reading or copying elsewhere when an answer ends stays there.
    const isFree = active === null || active === document.body || box.current?.contains(active);
    if (!answering && isHere && isFree) input.current?.focus();
  }, [answering, isHere]);
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      // While an input method composes a word, Escape belongs to it.
      if (event.key !== 'Escape' || event.isComposing || !isHere) return;
      if (!takeDictationBack()) stopAnswer();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [isHere]);
  const isDictating = useDictation((state) => state.phase !== 'off');
  const attachments = useAttachments((state) => state.all);
  const media = useAttachments((state) => state.media);
  const isEmpty = draft.trim() === '' && attachments.length + media.length === 0;
  const canSend = !answering && !isDictating && !isSummarising && !isEmpty;
  const send = () => {
    if (!canSend) return;
    const text = withAttachments(draft, attachments);
    // What is refused stays where it was.
    const ids = [...attachments, ...media].map(({ id }) => id);
    const { chatId } = useChat.getState();
    const onTaken = () => {
      removeAttachments(ids);
      forgetSent(chatId ?? useChat.getState().chatId, draft, ids);
    };
    const asked = text === draft.trim() ? draft : text;
    ask(
      asked,
      media.map((one) => one.media),
      onTaken,
    );
  };
  /** What is looked for among the prompts, as long as it can be the name of one. */
  const slashed = showsPrompts && SLASHED.test(draft) ? draft.slice(1) : undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    if (showsPrompts && slashed !== undefined && promptMenu.current?.press(event.key) === true) {
      event.preventDefault();
      return;
    }
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const refuseTooLong = (event: ClipboardEvent | DragEvent, text: string, replaced: number) => {
    const count = draft.length - replaced + text.length;
    if (count <= MESSAGE_LIMIT_CHARS) return;
    // A text of many megabytes would freeze the page before it could be refused.
    event.preventDefault();
    refuse({ code: 'TEXT_TOO_LONG', message: t('composer.tooLong', { count, limit: MESSAGE_LIMIT_CHARS }) });
  };
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const { selectionStart, selectionEnd } = event.currentTarget;
    const text = event.clipboardData.getData('text');
    const files = [...(event.clipboardData.files ?? [])];
    if (text === '' && files.length > 0) {
      event.preventDefault();
      void attachFiles(files);
    } else if (
      selectionStart === selectionEnd &&
      text.length > LONG_PASTE_CHARS &&
      text.length <= MESSAGE_LIMIT_CHARS
    ) {
      event.preventDefault();
      attach(t('composer.pasted'), text);
    } else refuseTooLong(event, text, selectionEnd - selectionStart);
  };
  const onDrop = (event: DragEvent) => refuseTooLong(event, event.dataTransfer.getData('text'), 0);
  return (
    <div className={styles.composer}>
      {refusal !== undefined && (
        <ChatError error={refusal} detail={SAYS_MORE.has(refusal.code)} canRetry={closed} />
      )}
      <AttachmentList />
      <div className={styles.box} ref={box}>
        <textarea
          ref={input}
          className={styles.input}
          rows={1}
          value={draft}
          aria-label={t('composer.label')}
          placeholder={t('composer.placeholder')}
          // Two hands in one text would lose words.
          readOnly={isDictating}
          onChange={(event) => {
            const { value } = event.target;
            // It is written as well: a message may begin with it, and whoever writes on does not mean a prompt.
            if (draft === '' && value === '/') setShowsPrompts(true);
            else if (showsPrompts && draft.startsWith('/') && !SLASHED.test(value)) setShowsPrompts(false);
            setDraft(value);
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onDrop={onDrop}
          data-testid="composer-input"
        />
        <AttachButton />
        <PromptMenu
          ref={promptMenu}
          input={input}
          isOpen={showsPrompts}
          setOpen={setShowsPrompts}
          slashed={slashed}
        />
        <DictateButton input={input} isHere={isHere} />
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
        <ContextMeter />
        <span>
          {t(isDictating ? 'composer.hintDictating' : answering ? 'composer.hintStop' : 'composer.hint')}
        </span>
      </p>
    </div>
  );
}

/** Grows with its text up to the height that the style sheet allows. */
function useGrowingHeight(
  input: React.RefObject<HTMLTextAreaElement | null>,
  text: string,
  isShown: boolean,
): void {
  // The text is what the height depends on, though only the element is read; what is not shown has no height.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [input, text, isShown]);
}

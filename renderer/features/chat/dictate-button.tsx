import { Mic } from 'lucide-react';
import { type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { keysOf } from '../../ui/shortcut.ts';
import { cancelDictation, startDictation, stopDictation, useDictation } from '../record/dictation.ts';
import { useRecord } from '../record/record-store.ts';
import { keysFor, useKeysText } from '../settings/settings-store.ts';
import { selectRunning, useTranscribe } from '../transcribe/transcribe-store.ts';
import { useChat } from './chat-state.ts';
import { refuse } from './chat-store.ts';
import styles from './composer.module.css';
import { setDraftOf } from './drafts.ts';

/** Who holds longer means to speak while holding; who lets go before has switched it on. */
const HOLD_MS = 400;

/** Speech into the message, at the caret. Click or press to switch, or hold while speaking; Escape takes it back. */
export function DictateButton({
  input,
  isHere,
}: {
  input: RefObject<HTMLTextAreaElement | null>;
  isHere: boolean;
}) {
  const { t } = useTranslation();
  const phase = useDictation((state) => state.phase);
  const isRecording = useRecord((state) => state.view !== undefined);
  // The speech engine hears one sound at a time.
  const isTranscribing = useTranscribe((state) => selectRunning(state) !== undefined);
  const isTaken = phase === 'off' && (isRecording || isTranscribing);
  const takenBy = isRecording ? t('composer.dictateRecording') : t('composer.dictateTranscribing');
  const pressedAt = useRef<number | undefined>(undefined);
  const press = (at: number) => {
    if (useDictation.getState().phase === 'off') {
      pressedAt.current = at;
      dictateInto(input.current);
    } else void stopDictation();
  };
  const release = (at: number) => {
    if (pressedAt.current !== undefined && at - pressedAt.current > HOLD_MS) void stopDictation();
    pressedAt.current = undefined;
  };
  useDictationKeys(isHere && !isTaken, press, release);
  const isOn = phase !== 'off';
  const keys = useKeysText('dictate');
  const name = isOn ? t('composer.dictateStop') : t('composer.dictate');
  return (
    <Button
      look="bare"
      className={styles.dictate}
      aria-label={name}
      aria-pressed={isOn}
      title={isTaken ? takenBy : `${name} (${keys})`}
      disabled={isTaken || phase === 'finishing'}
      data-phase={phase}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        // The caret stays where the words will land.
        event.preventDefault();
        event.currentTarget.setPointerCapture?.(event.pointerId);
        press(event.timeStamp);
      }}
      onPointerUp={(event) => release(event.timeStamp)}
      onClick={(event) => {
        // A click without a pointer: from the keyboard, or a screen reader.
        if (event.detail === 0) press(event.timeStamp);
        pressedAt.current = undefined;
      }}
      testId="dictate"
    >
      <Mic size={16} aria-hidden="true" />
    </Button>
  );
}

function useDictationKeys(isOn: boolean, press: (at: number) => void, release: (at: number) => void): void {
  useEffect(() => {
    if (!isOn) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (keysOf(event) !== keysFor('dictate')) return;
      event.preventDefault();
      if (!event.repeat) press(event.timeStamp);
    };
    const onKeyUp = (event: KeyboardEvent) => {
      if (keysFor('dictate').endsWith(`+${event.key.toUpperCase()}`)) release(event.timeStamp);
    };
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('keyup', onKeyUp);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('keyup', onKeyUp);
    };
  });
}

/** Takes a dictation back. True when there was one. */
export function takeDictationBack(): boolean {
  if (useDictation.getState().phase === 'off') return false;
  const before = draftBefore;
  cancelDictation();
  if (before !== undefined) setDraftOf(before.chatId, before.draft);
  return true;
}

let draftBefore: { chatId: string | undefined; draft: string } | undefined;

function dictateInto(input: HTMLTextAreaElement | null): void {
  const { chatId, draft } = useChat.getState();
  const start = input?.selectionStart ?? draft.length;
  const end = input?.selectionEnd ?? start;
  const [before, after] = [draft.slice(0, start), draft.slice(end)];
  draftBefore = { chatId, draft };
  let caret = start;
  void startDictation({
    text: (text) => {
      const spoken = fitted(before, text, after);
      caret = before.length + spoken.length;
      setDraftOf(chatId, before + spoken + after);
    },
    failed: refuse,
    ended: () => {
      draftBefore = undefined;
      // After the page has drawn the text.
      requestAnimationFrame(() => {
        input?.focus();
        input?.setSelectionRange(caret, caret);
      });
    },
  });
}

/** As one would type it: apart from the words around it, and without a full stop where the sentence goes on. */
function fitted(before: string, text: string, after: string): string {
  if (text === '') return '';
  const spoken = /^[.,;:!?]/.test(after) ? text.replace(/\.$/, '') : text;
  const needsFirst = before !== '' && !/\s$/.test(before);
  const needsLast = after !== '' && !/^[\s.,;:!?)]/.test(after);
  return `${needsFirst ? ' ' : ''}${spoken}${needsLast ? ' ' : ''}`;
}

import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChatMessage } from '../../../contract/chat.ts';
import { Button } from '../../ui/button.tsx';
import { askInstead } from './asking.ts';
import styles from './message-list.module.css';

/** An earlier question, to be asked otherwise. Enter asks, Escape leaves it as it was. */
export function QuestionEditor({ message, close }: { message: ChatMessage; close: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(message.text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(message.text.length, message.text.length);
  }, [message.text.length]);
  const send = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    close();
    if (text !== message.text) askInstead(message.id, text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
    if (event.key === 'Escape') {
      // This Escape ends the editing; it does not stop an answer as well.
      event.stopPropagation();
      close();
    }
  };
  return (
    <form className={styles.editor} onSubmit={send}>
      <textarea
        ref={field}
        className={styles.edited}
        rows={Math.min(10, text.split('\n').length + 1)}
        value={text}
        aria-label={t('chat.edit')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        data-testid="question-editor"
      />
      <p className={styles.editHint}>{t('chat.editHint')}</p>
      <div className={styles.editChoices}>
        <Button look="primary" type="submit" disabled={text.trim() === ''} testId="send-edited">
          {t('chat.sendEdited')}
        </Button>
        <Button look="quiet" onClick={close}>
          {t('chat.keepQuestion')}
        </Button>
      </div>
    </form>
  );
}

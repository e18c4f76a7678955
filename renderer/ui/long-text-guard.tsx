import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LINE_LIMIT_CHARS, MESSAGE_LIMIT_CHARS } from '../../contract/limits.ts';
import { ErrorNote } from './error-note.tsx';
import styles from './long-text-guard.module.css';

/** Whatever can be written in: a line, several lines, or the text of a transcript. */
const FIELDS = 'input, textarea, [contenteditable]';

/**
 * Refuses what is pasted or dropped into any field and is far too long for it: hundreds of megabytes would freeze the
 * window before anything could be said about them. A field with words of its own for that comes first.
 */
export function LongTextGuard() {
  const { t } = useTranslation();
  const [limit, setLimit] = useState<number>();
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const refuse = (event: ClipboardEvent | DragEvent) => {
      const field = event.target instanceof Element ? event.target.closest(FIELDS) : null;
      if (field === null || event.defaultPrevented) return;
      const data = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
      const most = field instanceof HTMLTextAreaElement ? MESSAGE_LIMIT_CHARS : LINE_LIMIT_CHARS;
      const isTooLong = (data?.getData('text').length ?? 0) + keptLength(field) > most;
      if (isTooLong) event.preventDefault();
      setLimit(isTooLong ? most : undefined);
    };
    // Whoever goes on has read it.
    const forget = ({ target }: Event) => {
      if (!(target instanceof Node && note.current?.contains(target))) setLimit(undefined);
    };
    window.addEventListener('paste', refuse);
    window.addEventListener('drop', refuse);
    window.addEventListener('input', forget);
    window.addEventListener('pointerdown', forget);
    return () => {
      window.removeEventListener('paste', refuse);
      window.removeEventListener('drop', refuse);
      window.removeEventListener('input', forget);
      window.removeEventListener('pointerdown', forget);
    };
  }, []);
  if (limit === undefined) return null;
  const error = {
    code: 'TEXT_TOO_LONG',
    message: t('paste.tooLong', { limit }),
    hint: t('paste.hint'),
  } as const;
  return (
    <div ref={note} className={styles.place} data-testid="long-text">
      <ErrorNote error={error} detail />
    </div>
  );
}

/** What stays in a field when a text takes the place of what is selected. */
function keptLength(field: Element): number {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement))
    return field.textContent?.length ?? 0;
  // Fields for numbers tell of no selection.
  const { selectionStart, selectionEnd, value } = field;
  return value.length - ((selectionEnd ?? 0) - (selectionStart ?? 0));
}

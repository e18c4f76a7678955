import { type KeyboardEvent, type MouseEvent, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../../contract/format-time.ts';
import type { Segment } from '../../../../contract/speech.ts';
import { isCommandClick } from '../../../ui/shortcut.ts';
import { playFrom } from '../player/player.ts';
import { caretIn, isAtEdge, setCaret } from './caret.ts';
import { setText } from './draft.ts';
import { type CaretPlace, edit, mergeUp, splitAt } from './edit-actions.ts';
import { paint } from './paint.ts';
import styles from './segment-text.module.css';

/** Where the caret goes as soon as that line is drawn. */
let wish: CaretPlace | undefined;

/** The text of one segment: its words can be heard, and the text can be written in. */
export function SegmentText({
  jobId,
  segment,
  lang,
}: {
  jobId: string;
  segment: Segment;
  lang: string | undefined;
}) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    paint(box, segment, {
      word: styles.word ?? '',
      doubtful: styles.doubtful ?? '',
      titleOf: (confidence) => t('speech.confidence', { percent: Math.round(100 * confidence) }),
    });
    if (wish?.segmentId !== segment.id) return;
    box.focus();
    setCaret(box, { start: wish.offset, end: wish.offset });
    wish = undefined;
  }, [segment, t]);
  const onInput = () => {
    // A pasted text of several lines becomes one.
    const text = (element.current?.textContent ?? '').replace(/\s*[\r\n]+\s*/g, ' ');
    edit(jobId, (draft) => setText(draft, segment.id, text), `text ${segment.id}`);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a word, its keys belong to it.
    if (element.current === null || event.nativeEvent.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (act(event, element.current, jobId, segment)) event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    // Whoever places the caret wants to write, not to hear.
    if (!isCommandClick(event)) return;
    const index = event.target instanceof HTMLElement ? event.target.dataset.word : undefined;
    const word = index === undefined ? undefined : segment.words[Number(index)];
    if (word !== undefined) playFrom(word.startMs, segment.endMs);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: no text field can hold words that are marked one by one
    <div
      ref={element}
      className={styles.text}
      role="textbox"
      tabIndex={0}
      contentEditable="plaintext-only"
      suppressContentEditableWarning
      spellCheck={false}
      lang={lang}
      aria-multiline="true"
      aria-label={t('speech.lineText', { time: formatTime(segment.startMs) })}
      data-empty={segment.doubts.includes('inaudible') ? t('speech.inaudible') : undefined}
      onInput={(event) => {
        if (!(event.nativeEvent as InputEvent).isComposing) onInput();
      }}
      onCompositionEnd={onInput}
      onKeyDown={onKeyDown}
      onClick={onClick}
      data-testid="segment-text"
    />
  );
}

const isRange = (caret: { start: number; end: number } | undefined) =>
  caret !== undefined && caret.start !== caret.end;

/** What a key does beyond writing; false leaves it to the browser. */
function act(event: KeyboardEvent, box: HTMLElement, jobId: string, segment: Segment): boolean {
  const caret = caretIn(box);
  if (event.key === 'Enter') {
    if (caret !== undefined) wish = splitAt(jobId, segment.id, caret.start) ?? wish;
    return true;
  }
  if (caret === undefined || isRange(caret)) return false;
  const length = box.textContent?.length ?? 0;
  if (event.key === 'Backspace' && caret.start === 0) {
    wish = mergeUp(jobId, segment.id) ?? wish;
    return true;
  }
  if (event.key === 'Delete' && caret.start === length) {
    const next = neighbour(box, 1)?.closest<HTMLElement>('[data-line]')?.dataset.line;
    if (next !== undefined) wish = mergeUp(jobId, next) ?? wish;
    return true;
  }
  if (event.key === 'ArrowUp' && isAtEdge(box, 'top')) return moveTo(neighbour(box, -1), 'end');
  if (event.key === 'ArrowDown' && isAtEdge(box, 'bottom')) return moveTo(neighbour(box, 1), 'start');
  return false;
}

function neighbour(box: HTMLElement, step: 1 | -1): HTMLElement | undefined {
  const line = box.closest('[data-line]');
  const other = step === 1 ? line?.nextElementSibling : line?.previousElementSibling;
  return other?.querySelector<HTMLElement>('[role="textbox"]') ?? undefined;
}

function moveTo(box: HTMLElement | undefined, where: 'start' | 'end'): boolean {
  if (box === undefined) return false;
  const offset = where === 'start' ? 0 : (box.textContent?.length ?? 0);
  box.focus();
  setCaret(box, { start: offset, end: offset });
  return true;
}

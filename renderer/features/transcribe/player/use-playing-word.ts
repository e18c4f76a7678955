import { type RefObject, useEffect } from 'react';
import type { Segment } from '../../../../contract/speech.ts';
import { onPlayerTime, usePlayer } from './player.ts';

const MARK = 'data-playing';

/** The place in a list ordered by start that a time falls into; -1 for none. */
export function indexAt(items: ReadonlyArray<{ startMs: number; endMs: number }>, timeMs: number): number {
  let low = 0;
  let high = items.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.startMs ?? 0) <= timeMs) low = middle + 1;
    else high = middle - 1;
  }
  const found = items[high];
  return found !== undefined && timeMs < found.endMs ? high : -1;
}

/**
 * Marks the line and the word that are heard, straight in the document: drawing thousands of lines anew for
 * every word would take longer than the word.
 */
export function usePlayingWord(container: RefObject<HTMLElement | null>, segments: Segment[]): void {
  useEffect(() => {
    let marked: Element[] = [];
    let lineId: string | undefined;
    const mark = (timeMs: number) => {
      const segment = segments[indexAt(segments, timeMs)];
      const line = segment && container.current?.querySelector(`[data-line="${CSS.escape(segment.id)}"]`);
      const word = segment && line?.querySelector(`[data-word="${indexAt(segment.words, timeMs)}"]`);
      const next = [line, word].filter((element) => element != null);
      for (const element of marked) if (!next.includes(element)) element.removeAttribute(MARK);
      for (const element of next) element.setAttribute(MARK, '');
      marked = next;
      if (segment?.id === lineId) return;
      lineId = segment?.id;
      // Who writes in the text stays where they write.
      const isWriting = container.current?.contains(document.activeElement) === true;
      if (!isWriting && usePlayer.getState().isPlaying) line?.scrollIntoView({ block: 'nearest' });
    };
    const stop = onPlayerTime(mark);
    return () => {
      stop();
      for (const element of marked) element.removeAttribute(MARK);
    };
  }, [container, segments]);
}

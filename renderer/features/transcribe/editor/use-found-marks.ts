import { type RefObject, useEffect } from 'react';
import { rangeOf } from './caret.ts';
import type { Match } from './draft.ts';

/** As the style sheet names them (`::highlight`). */
const FOUND = 'found';
const CURRENT = 'found-current';

/** Marks what was found without changing the document, and brings the current one into view. */
export function useFoundMarks(
  container: RefObject<HTMLElement | null>,
  matches: Match[],
  index: number,
): void {
  useEffect(() => {
    const { highlights } = globalThis.CSS ?? {};
    if (highlights === undefined || container.current === null) return;
    const texts = new Map<string, HTMLElement>();
    for (const line of container.current.querySelectorAll<HTMLElement>('[data-line]')) {
      const text = line.querySelector<HTMLElement>('[role="textbox"]');
      if (text !== null) texts.set(line.dataset.line ?? '', text);
    }
    const ranges = matches.flatMap(({ segmentId, start, end }) => {
      const text = texts.get(segmentId);
      return text === undefined ? [] : [rangeOf(text, start, end)];
    });
    const current = ranges[index];
    highlights.set(FOUND, new Highlight(...ranges));
    highlights.set(CURRENT, new Highlight(...(current === undefined ? [] : [current])));
    return () => {
      highlights.delete(FOUND);
      highlights.delete(CURRENT);
    };
  }, [container, matches, index]);
  const segmentId = matches[index]?.segmentId;
  useEffect(() => {
    if (segmentId === undefined) return;
    const line = container.current?.querySelector(`[data-line="${CSS.escape(segmentId)}"]`);
    line?.scrollIntoView({ block: 'nearest' });
  }, [container, segmentId]);
}

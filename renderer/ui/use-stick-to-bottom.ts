import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Nearer to the end than this counts as being there. */
const NEAR_PX = 48;

interface StickToBottom {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLElement | null>;
  atBottom: boolean;
  toBottom: () => void;
}

/**
 * Keeps a growing text's end in view while the reader is at it, and never moves it otherwise.
 *
 * @param isGrowing false for a text that is finished: editing it moves nothing.
 * @param contentRef where the caller needs the text's element itself
 */
export function useStickToBottom(
  isGrowing: boolean,
  contentRef?: RefObject<HTMLElement | null>,
): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const ownContent = useRef<HTMLElement>(null);
  const content = contentRef ?? ownContent;
  const stick = useRef(true);
  const growing = useRef(isGrowing);
  growing.current = isGrowing;
  const [atBottom, setAtBottom] = useState(true);

  const toBottom = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    stick.current = true;
    setAtBottom(true);
    element.scrollTop = element.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    const element = content.current;
    if (element === null || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => {
      if (stick.current && growing.current) toBottom();
    });
    observer.observe(element);
    if (scroller.current !== null) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [content, toBottom]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let last = element.scrollTop;
    const onScroll = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      // Only the reader scrolls up. Being far from the end otherwise means that the text has grown meanwhile.
      if (near || element.scrollTop < last) {
        stick.current = near;
        setAtBottom(near);
      }
      last = element.scrollTop;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, []);

  return { scroller, content, atBottom, toBottom };
}

import { type RefObject, useEffect, useRef, useState } from 'react';

/** Messages that are drawn at first, and more each time that the reader comes near the first of them. */
const STEP = 40;
/** Drawn before they come into sight. */
const AHEAD_PX = 800;

interface Tail {
  /** Index of the first message that is drawn. */
  from: number;
  /** Stands before the first message while there are earlier ones. */
  edge: RefObject<HTMLDivElement | null>;
}

/**
 * Draws the end of a long conversation, and what is before it as the reader goes there: thousands of messages open as
 * quickly as a few. The browser keeps what is in sight where it is while earlier ones come in above.
 *
 * @param wanted index of a message that must be drawn; -1 for none
 */
export function useTail(length: number, chatId: string | undefined, wanted: number): Tail {
  const edge = useRef<HTMLDivElement>(null);
  const [state, setState] = useState({ chatId, from: startOf(length) });
  // Another chat, or a shorter branch of this one, begins at its own end.
  const isOther = state.chatId !== chatId || state.from > startOf(length);
  const known = isOther ? startOf(length) : state.from;
  const from = wanted === -1 ? known : Math.min(known, Math.max(0, wanted - STEP / 2));
  if (state.chatId !== chatId || state.from !== from) setState({ chatId, from });
  useEffect(() => {
    const element = edge.current;
    if (element === null || from === 0) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) setState({ chatId, from: Math.max(0, from - STEP) });
      },
      { rootMargin: `${AHEAD_PX}px 0px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [chatId, from]);
  return { from, edge };
}

function startOf(length: number): number {
  // Where nothing tells what is in sight (tests without a layout), everything is drawn.
  return typeof IntersectionObserver === 'undefined' ? 0 : Math.max(0, length - STEP);
}

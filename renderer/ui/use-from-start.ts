import { type RefObject, useLayoutEffect } from 'react';

/** A list that shows something else is read from its beginning, wherever the one before it was. */
export function useFromStart(scroll: RefObject<HTMLElement | null>, shown: unknown): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown is the reason
  useLayoutEffect(() => {
    if (scroll.current === null) return;
    scroll.current.scrollTop = 0;
    scroll.current.scrollLeft = 0;
  }, [scroll, shown]);
}

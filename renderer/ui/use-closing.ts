import { type RefObject, useEffectEvent, useLayoutEffect } from 'react';

/** Closes with Escape or a press elsewhere. */
export function useClosing(open: boolean, place: RefObject<HTMLElement | null>, close: () => void): void {
  const onClose = useEffectEvent(close);
  // Heard as soon as it is seen: what a menu of the system's opens has its other effects a moment later.
  useLayoutEffect(() => {
    if (!open) return;
    const onPointerDown = ({ target }: PointerEvent) => {
      if (!(target instanceof Node && place.current?.contains(target))) onClose();
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      // This Escape closes; it does not stop the answer as well.
      event.stopPropagation();
      onClose();
    };
    document.addEventListener('pointerdown', onPointerDown);
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('pointerdown', onPointerDown);
      document.removeEventListener('keydown', onKeyDown);
    };
  }, [open, place]);
}

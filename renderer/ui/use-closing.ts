import { type RefObject, useEffectEvent, useLayoutEffect } from 'react';

interface Open {
  place: RefObject<HTMLElement | null>;
  close: () => void;
}

/** What is open, the last one on top. */
let all: Open[] = [];

/** Closes every menu, before something else lies over them. */
export function closeMenus(): void {
  for (const one of [...all].reverse()) one.close();
}

/** Closes with Escape, a press elsewhere, or when something else opens that is no part of it. */
export function useClosing(open: boolean, place: RefObject<HTMLElement | null>, close: () => void): void {
  const onClose = useEffectEvent(close);
  // Heard as soon as it is seen: what a menu of the system's opens has its other effects a moment later.
  useLayoutEffect(() => {
    if (!open) return;
    const mine: Open = { place, close: () => onClose() };
    for (const other of all) if (other.place.current?.contains(place.current) !== true) other.close();
    all = [...all, mine];
    const onPointerDown = ({ target }: PointerEvent) => {
      if (!(target instanceof Node && place.current?.contains(target))) onClose();
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || all.at(-1) !== mine) return;
      // This Escape closes; it does not stop the answer, or close what lies beneath, as well.
      event.stopImmediatePropagation();
      onClose();
    };
    document.addEventListener('pointerdown', onPointerDown);
    document.addEventListener('keydown', onKeyDown);
    return () => {
      all = all.filter((one) => one !== mine);
      document.removeEventListener('pointerdown', onPointerDown);
      document.removeEventListener('keydown', onKeyDown);
    };
  }, [open, place]);
}

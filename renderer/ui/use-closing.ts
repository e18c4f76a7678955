import { type RefObject, useEffectEvent, useLayoutEffect } from 'react';

/**
 * menu: a menu or a panel, over what is beside its button. bar: between other things, where it stays until it is closed or a
 * menu would lie over it. dialog: over everything, and everything stays as it is beneath.
 */
type Kind = 'menu' | 'bar' | 'dialog';

interface Open {
  kind: Kind;
  place: RefObject<HTMLElement | null>;
  close: () => void;
}

/** What is open, the last one on top. */
let all: Open[] = [];

/** Closes with Escape, a press elsewhere (a bar does not), or when something else opens that is no part of it. */
export function useClosing(
  open: boolean,
  place: RefObject<HTMLElement | null>,
  close: () => void,
  kind: Kind = 'menu',
): void {
  const onClose = useEffectEvent(close);
  // Heard as soon as it is seen: what a menu of the system's opens has its other effects a moment later.
  useLayoutEffect(() => {
    if (!open) return;
    const mine: Open = { kind, place, close: () => onClose() };
    for (const other of all) {
      const isBeneath = kind === 'dialog' && other.kind === 'bar';
      if (!isBeneath && other.place.current?.contains(place.current) !== true) other.close();
    }
    all = [...all, mine];
    const onPointerDown = ({ target }: PointerEvent) => {
      if (kind !== 'bar' && !isWithin(place, target)) onClose();
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || all.at(-1) !== mine) return;
      if (kind === 'bar' && !isWithin(place, event.target)) return;
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
  }, [open, place, kind]);
}

function isWithin(place: RefObject<HTMLElement | null>, target: EventTarget | null): boolean {
  return target instanceof Node && place.current?.contains(target) === true;
}

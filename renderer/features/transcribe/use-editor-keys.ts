import { useEffect, useEffectEvent } from 'react';
import { isShortcut, keysOf, playerKeyOf } from '../../ui/shortcut.ts';
import { usePlace } from '../places/places-store.ts';
import { keysFor } from '../settings/settings-store.ts';
import { redo, undo } from './editor/edit-actions.ts';
import { SKIP_MS, skip, togglePlay } from './player/player.ts';

/** Keys that work wherever the focus is in a transcript, also while its text is written in. */
export function useEditorKeys(jobId: string, find: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent): boolean => {
    const player = playerKeyOf(event);
    if (player === 'play') togglePlay();
    else if (player !== undefined) skip(player === 'back' ? -SKIP_MS : SKIP_MS);
    else if (keysOf(event) === keysFor('find')) find();
    // A field that is no part of the transcript undoes its own typing.
    else if (isOwnField(event.target)) return false;
    else if (isShortcut(event, 'Z')) undo(jobId);
    else if (isShortcut(event, 'Z', true) || isShortcut(event, 'Y')) redo(jobId);
    else return false;
    return true;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (usePlace.getState().place === 'transcribe' && onKey(event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isOwnField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === 'text';
}

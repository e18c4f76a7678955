import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MOST_FILES, TOO_MANY_FILES, takeFiles } from '../../ui/take-files.ts';
import { attachFiles, refuseFile } from '../chat/attachments.ts';
import { refuse as refuseInChat } from '../chat/chat-store.ts';
import { goTo } from '../places/places-store.ts';
import styles from './drop-target.module.css';
import { type Held, kindOfHeld, sortDropped } from './dropped-files.ts';
import { addFiles, refuse } from './transcribe-store.ts';

/** The whole window takes files, and says what will become of them. */
export function DropTarget() {
  const { t } = useTranslation();
  const [held, setHeld] = useState<Held[]>([]);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types?.includes('Files') === true;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      const kinds = kindsOf(event.dataTransfer?.items ?? []);
      // Not every system says what is held before it is dropped.
      if (kinds.size === 0) kinds.add('unknown');
      // It comes many times a second; what is the same is not drawn again.
      setHeld((before) =>
        before.length === kinds.size && before.every((one) => kinds.has(one)) ? before : [...kinds],
      );
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setHeld([]);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setHeld([]);
      const { files, isCut } = takeFiles(event.dataTransfer?.files ?? []);
      const { attached, sounds, refused } = sortDropped(files);
      if (sounds.length > 0) {
        addFiles(sounds);
        if (isCut) refuse(TOO_MANY_FILES);
        goTo('transcribe');
      }
      if (attached.length + refused.length === 0) return;
      if (attached.length > 0 || sounds.length === 0) goTo('chat');
      void attachFiles(attached).then(() => {
        if (refused.length > 0) refuseFile('FILE_TEXT', namesOf(refused));
        // Files that were not even looked at matter more than those that were.
        if (isCut) refuseInChat(TOO_MANY_FILES);
      });
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  if (held.length === 0) return null;
  return (
    <div className={styles.target} role="status" data-testid="drop-target">
      {ORDER.filter((one) => held.includes(one)).map((one) => (
        <p key={one}>{t(`drop.${one}`)}</p>
      ))}
    </div>
  );
}

/** By the first of them: it is asked many times a second. */
function kindsOf(items: Iterable<Pick<DataTransferItem, 'type'>>): Set<Held> {
  const kinds = new Set<Held>();
  let left = MOST_FILES;
  for (const { type } of items) {
    kinds.add(kindOfHeld(type));
    left -= 1;
    if (left === 0) break;
  }
  return kinds;
}

const ORDER = ['attached', 'sounds', 'unknown', 'refused'] as const satisfies readonly Held[];
/** More names than these nobody reads. */
const MOST_NAMES = 3;

function namesOf(files: readonly File[]): string {
  const names = files.slice(0, MOST_NAMES).map(({ name }) => name);
  return files.length > MOST_NAMES ? `${names.join(', ')} …` : names.join(', ');
}
